package io.streamrelay.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.WorkerModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HeardModelsTest {
  private long now;
  private final HeardModels heard = new HeardModels(() -> now);

  @Test
  void of_isUnknownWhenNothingWasHeardForLong() {
    heard.hear(new WorkerModels("w", Map.of("a", Availability.AVAILABLE), null, null));
    now += HeardModels.BELIEVED.toNanos();
    assertThat(heard.of("a")).isEqualTo(Availability.AVAILABLE);
    assertThat(heard.of("b")).isEqualTo(Availability.UNKNOWN);

    now++;

    assertThat(heard.of("a")).isEqualTo(Availability.UNKNOWN);
  }

  @Test
  void hear_keepsABoundedNumberOfWorkers() {
    for (int i = 0; i < 1_000; i++) {
      heard.hear(new WorkerModels("w" + i, Map.of("a", Availability.UNAVAILABLE), null, null));
    }

    heard.hear(new WorkerModels("one too many", Map.of("a", Availability.AVAILABLE), null, null));
    assertThat(heard.of("a")).isEqualTo(Availability.UNAVAILABLE);

    heard.hear(new WorkerModels("w7", Map.of("a", Availability.AVAILABLE), null, null));
    assertThat(heard.of("a")).isEqualTo(Availability.AVAILABLE);
  }

  @Test
  void providers_areAsGoodAsAtTheBestWorkerAndEachIsNamedOnce() {
    heard.hear(worker("w1", List.of("p", "q"), Availability.UNAVAILABLE));
    heard.hear(worker("w2", List.of("q", "r"), Availability.DEGRADED));
    heard.hear(new WorkerModels("older", Map.of("a", Availability.AVAILABLE), null, null));

    assertThat(heard.route("a")).containsExactlyInAnyOrder("p", "q", "r");
    assertThat(heard.route("b")).isEmpty();
    assertThat(heard.providers())
        .containsOnly(Map.entry("p", new WorkerModels.Provider("gemini", Availability.DEGRADED)));

    heard.hear(WorkerModels.leaving("w2"));
    assertThat(heard.route("a")).containsExactly("p", "q");
    assertThat(heard.providers().get("p"))
        .isEqualTo(new WorkerModels.Provider("gemini", Availability.UNAVAILABLE));
  }

  private static WorkerModels worker(String name, List<String> route, Availability fares) {
    return new WorkerModels(
        name,
        Map.of("a", fares),
        Map.of("a", route),
        Map.of("p", new WorkerModels.Provider("gemini", fares)));
  }
}
