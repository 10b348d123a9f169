package io.streamrelay.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much is borne, and how long it is waited before another try. Thread-safe.
 *
 * @param retries failures in a row, without a word from the gateway between them, that are borne
 * @param retry the wait after the first failure, doubled with each, until the gateway tells another
 * @param jitter from 0 to 1: keeps the readers of a gateway that died from coming back all at once
 */
record Patience(int retries, Duration retry, Pause pause, DoubleSupplier jitter) {
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** Whatever a gateway asks for: nobody comes back in a loop that takes a whole processor. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

  static final Patience DEFAULT =
      new Patience(
          10,
          Duration.ofSeconds(1),
          (time, over) -> over.await(time.toNanos(), TimeUnit.NANOSECONDS),
          () -> ThreadLocalRandom.current().nextDouble());

  Patience {
    if (retries < 0) {
      throw new IllegalArgumentException("retries are at least 0");
    }
  }

  /**
   * Blocks until it is time for another try, or the life is over.
   *
   * @param failures in a row, this one too
   * @param told what the gateway's event stream asked to wait; null: nothing
   * @throws RelayException the failure, if it can't be borne
   */
  void bear(RelayException failure, int failures, @Nullable Duration told, Life life)
      throws InterruptedException {
    if (!failure.isRetryable() || failures > retries) {
      throw failure;
    }
    pause.await(wait(failures, told == null ? retry : told, failure.retryAfter()), life.over());
  }

  private Duration wait(int failures, Duration first, @Nullable Duration asked) {
    Duration backoff =
        first.compareTo(LONGEST_BACKOFF) >= 0
            ? first
            : shorter(LONGEST_BACKOFF, first.multipliedBy(1L << Math.min(failures - 1, 20)));
    Duration wait = asked == null || asked.compareTo(backoff) < 0 ? backoff : asked;
    Duration bounded =
        wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : shorter(LONGEST_WAIT, wait);
    return bounded.plusNanos((long) (bounded.toNanos() / 2 * jitter.getAsDouble()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
