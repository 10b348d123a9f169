package io.streamrelay.worker.attempt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What the worker counts of its attempts. Thread-safe. */
public final class AttemptMeters {
  private final MeterRegistry registry;
  private final Timer queueWait;
  private final Counter takeovers;

  public AttemptMeters(MeterRegistry registry) {
    this.registry = registry;
    this.queueWait =
        Timer.builder("relay.queue.wait")
            .description("Submit to the start of the first attempt")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry);
    this.takeovers =
        Counter.builder("relay.takeovers")
            .description("Turns claimed again after another attempt")
            .register(registry);
  }

  void claimed(boolean takeover, Duration sinceSubmit) {
    if (takeover) {
      takeovers.increment();
    } else {
      queueWait.record(sinceSubmit);
    }
  }

  /**
   * @param outcome {@code ended}, {@code cancelled} or a failure code
   */
  public void ended(String outcome) {
    registry.counter("relay.turns", "outcome", outcome).increment();
  }
}
