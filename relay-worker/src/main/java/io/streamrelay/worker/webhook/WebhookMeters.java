package io.streamrelay.worker.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.worker.webhook.Try.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The tries of one webhook; those of one label share. Thread-safe. */
final class WebhookMeters {
  private static final Duration[] LATENCY = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(15)
  };

  private final Map<Outcome, Counter> deliveries = new EnumMap<>(Outcome.class);
  private final Timer latency;

  /**
   * @param webhook a word of a closed set
   */
  WebhookMeters(MeterRegistry registry, String webhook) {
    for (Outcome outcome : Outcome.values()) {
      deliveries.put(
          outcome,
          Counter.builder("relay.webhook.deliveries")
              .description("Tries to deliver an event to a webhook")
              .tag("webhook", webhook)
              .tag("outcome", outcome.tag())
              .register(registry));
    }
    latency =
        Timer.builder("relay.webhook.latency")
            .description("Tries to deliver an event to a webhook, failed ones too")
            .tag("webhook", webhook)
            .serviceLevelObjectives(LATENCY)
            .register(registry);
  }

  void count(Outcome outcome) {
    Counter counter = deliveries.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void took(Duration duration) {
    latency.record(duration);
  }
}
