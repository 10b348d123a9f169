package io.streamrelay.worker.claim;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.job.DeadLetter;

/** Counts jobs that this worker set aside, by why. Thread-safe. */
public final class DeadLetterMeters {
  private final Counter exhausted;
  private final Counter unreadable;

  public DeadLetterMeters(MeterRegistry registry) {
    exhausted = counter(registry, FailureCode.ATTEMPTS_EXHAUSTED.wire());
    unreadable = counter(registry, DeadLetter.UNREADABLE);
  }

  private static Counter counter(MeterRegistry registry, String code) {
    return Counter.builder("relay.dead.lettered")
        .description("Jobs set aside, by why")
        .tag("code", code)
        .register(registry);
  }

  public void buried(DeadLetter letter) {
    (letter.code().equals(DeadLetter.UNREADABLE) ? unreadable : exhausted).increment();
  }
}
