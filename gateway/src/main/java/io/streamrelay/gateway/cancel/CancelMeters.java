package io.streamrelay.gateway.cancel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.metric.ModelLabels;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What is counted of turns that are cancelled here. Thread-safe. */
final class CancelMeters {
  private static final Duration[] LATENCY = {
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final ModelLabels models;
  private final Timer latency;

  CancelMeters(MeterRegistry registry, ModelLabels models) {
    this.registry = registry;
    this.models = models;
    latency =
        Timer.builder("relay.cancel.latency")
            .description("From the request to cancel until the turn's end is in its stream")
            .serviceLevelObjectives(LATENCY)
            .register(registry);
    models.all().forEach(this::turns);
  }

  private Counter turns(String model) {
    return Counter.builder("relay.turns")
        .description("Turns that ended, by how and by model")
        .tag("outcome", Outcome.CANCELLED.wire())
        .tag("model", model)
        .register(registry);
  }

  /**
   * @param model as it was asked for; what nobody knows is {@link ModelLabels#OTHER}
   */
  void cancelled(String model) {
    turns(models.of(model)).increment();
  }

  /** A turn's end is in its stream. */
  void ended(long sinceRequestNanos) {
    latency.record(sinceRequestNanos, TimeUnit.NANOSECONDS);
  }
}
