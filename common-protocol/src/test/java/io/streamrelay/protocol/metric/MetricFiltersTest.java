package io.streamrelay.protocol.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.ModelProperties.Target;
import io.streamrelay.protocol.model.Takeover;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricFiltersTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();

  private List<String> names() {
    return registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName).toList();
  }

  @Test
  void frameworkMeters_areLeftOutOrRenamedWhereTheyBreakTheRules() {
    registry.config().meterFilter(new FrameworkMeters());

    registry.counter("jvm.compilation.time");
    registry.counter("process.cpu.time");
    registry.gauge("jdbc.connections.active", 1);
    registry.gauge("system.cpu.count", 2);
    registry.gauge("process.cpu.usage", 0.5);

    assertThat(names()).containsExactlyInAnyOrder("system.cpus", "process.cpu.usage");
  }

  @Test
  void meterWithoutEnd_isRefusedAndNoOtherSuffers() {
    registry.config().meterFilter(new SeriesBound());

    for (int i = 0; i < 10_000; i++) {
      registry.counter("endless", "session", "s-" + i).increment();
    }
    registry.counter("endless", "session", "s-0").increment();
    registry.counter("other", "lane", "batch").increment();
    Meter removed = registry.remove(registry.counter("endless", "session", "s-1"));
    registry.counter("endless", "session", "s-1").increment();

    assertThat(names().stream().filter("endless"::equals)).hasSize(SeriesBound.MOST);
    assertThat(registry.counter("endless", "session", "s-0").count()).isEqualTo(2);
    assertThat(registry.counter("other", "lane", "batch").count()).isOne();
    assertThat(removed).isNotNull();
    assertThat(registry.counter("endless", "session", "s-1").count()).isOne();
  }

  @Test
  void models_areLabelsByTheirConfiguredLiteralNamesOnly() {
    Map<String, Model> models = new HashMap<>();
    for (int i = 10; i < 30; i++) {
      models.put("m" + i, model(null));
    }
    models.put("gpt", model("gpt-*"));
    ModelLabels labels = ModelLabels.of(ModelNames.of(new ModelProperties(models, true)));

    assertThat(labels.of("m10")).isEqualTo("m10");
    assertThat(labels.of("m29")).isEqualTo("other");
    assertThat(labels.of("gpt-of-mine")).isEqualTo("other");
    assertThat(labels.of("gpt-*")).isEqualTo("other");
    assertThat(labels.of("demo")).isEqualTo("other");
    assertThat(labels.all()).hasSize(11).contains("other");
  }

  private static Model model(String name) {
    return new Model(
        name,
        Map.of(Target.ONLY, Target.of("demo/x")),
        List.of(),
        null,
        40,
        null,
        null,
        null,
        null,
        Takeover.RESTART);
  }
}
