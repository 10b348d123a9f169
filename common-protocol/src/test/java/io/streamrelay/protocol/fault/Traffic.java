package io.streamrelay.protocol.fault;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What happens to every piece that is passed on.
 *
 * @param slice bytes of a piece, at most
 * @param bytesPerSecond 0: as fast as can be
 * @param losses decides which replies are lost
 */
record Traffic(
    long delayNanos,
    long jitterNanos,
    int slice,
    int bytesPerSecond,
    boolean isStalled,
    Losses losses) {
  /** Thread-safe. */
  interface Losses {
    /** Whether this reply is lost. */
    boolean next(int bytes);
  }

  static final Traffic FREE = new Traffic(0, 0, Integer.MAX_VALUE, 0, false, bytes -> false);

  Traffic delayed(long nanos, long jitter) {
    return new Traffic(nanos, jitter, slice, bytesPerSecond, isStalled, losses);
  }

  Traffic sliced(int bytes) {
    return new Traffic(delayNanos, jitterNanos, bytes, bytesPerSecond, isStalled, losses);
  }

  Traffic limited(int bytesEachSecond) {
    return new Traffic(delayNanos, jitterNanos, slice, bytesEachSecond, isStalled, losses);
  }

  Traffic stalled(boolean stalled) {
    return new Traffic(delayNanos, jitterNanos, slice, bytesPerSecond, stalled, losses);
  }

  Traffic losing(double chance, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return losing(bytes -> {
      synchronized (random) {
        return random.nextDouble() < chance;
      }
    });
  }

  Traffic losingAfter(long bytes) {
    AtomicLong left = new AtomicLong(bytes);
    return losing(passed -> {
      long before = left.getAndAdd(-passed);
      return before >= 0 && before < passed;
    });
  }

  private Traffic losing(Losses which) {
    return new Traffic(delayNanos, jitterNanos, slice, bytesPerSecond, isStalled, which);
  }

  /** How long a piece waits before it is passed on. */
  long waitNanos(int bytes) {
    long jitter = jitterNanos == 0 ? 0 : ThreadLocalRandom.current().nextLong(jitterNanos);
    long sending = bytesPerSecond == 0 ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
    return delayNanos + jitter + sending;
  }
}
