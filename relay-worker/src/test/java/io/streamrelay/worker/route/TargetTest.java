package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.model.ModelName;
import org.junit.jupiter.api.Test;

final class TargetTest {
  @Test
  void resolve_passesOnWhatTheStarStandsFor() {
    assertThat(resolved("mock-*", "mock/*", "mock-7")).isEqualTo("mock-7");
    assertThat(resolved("mock-*", "mock/fake-*", "mock-7")).isEqualTo("fake-7");
    assertThat(resolved("mock-*", "mock/one", "mock-7")).isEqualTo("one");
    assertThat(resolved("*", "mock/*", "any/thing")).isEqualTo("any/thing");
    assertThat(resolved("gpt", "mock/*", "gpt")).isEqualTo("gpt");
    assertThat(resolved("gpt", "mock/org/gpt-4.1", "gpt")).isEqualTo("org/gpt-4.1");
  }

  @Test
  void label_isOneForAllNamesOfAWildcard() {
    Target target = Target.parse("p", new ModelName("k", "mock-*"), "mock/*");

    assertThat(target.label()).isEqualTo("mock/*");
  }

  private static String resolved(String name, String target, String asked) {
    ModelName modelName = new ModelName("k", name);
    return Target.parse("p", modelName, target).resolve(modelName, asked);
  }
}
