package io.streamrelay.benchmarks.budget;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Looks again and again until something is so. */
final class Waiting {
  private static final int POLL_MILLIS = 200;

  private Waiting() {}

  /** Throws IllegalStateException if it isn't so in time. */
  static void until(String what, Duration limit, Callable<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!isSo.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not within %d s: %s".formatted(limit.toSeconds(), what));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
