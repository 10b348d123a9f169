package io.streamrelay.worker.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What became of the events of one destination. Thread-safe. */
final class PublisherMeters {
  private static final Duration[] DELAY = {
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(5),
    Duration.ofHours(1)
  };

  private final Counter delivered;
  private final Counter retried;
  private final Counter dropped;
  private final Timer delay;

  PublisherMeters(MeterRegistry registry, String destination) {
    this.delivered = counter(registry, destination, "delivered");
    this.retried = counter(registry, destination, "retried");
    this.dropped = counter(registry, destination, "dropped");
    this.delay =
        Timer.builder("relay.outbox.delay")
            .description("From a turn's end to the delivery of its event")
            .tag("destination", destination)
            .serviceLevelObjectives(DELAY)
            .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String destination, String outcome) {
    return Counter.builder("relay.outbox.published")
        .description("Events of ended turns that were sent, by what came of it")
        .tag("destination", destination)
        .tag("outcome", outcome)
        .register(registry);
  }

  void delivered(Duration afterTheEnd) {
    delivered.increment();
    delay.record(afterTheEnd);
  }

  void retried() {
    retried.increment();
  }

  void dropped() {
    dropped.increment();
  }
}
