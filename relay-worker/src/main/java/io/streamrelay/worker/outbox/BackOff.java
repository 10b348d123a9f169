package io.streamrelay.worker.outbox;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** How long to leave alone what failed: longer each time, never twice alike. */
record BackOff(DoubleSupplier random) {
  private static final long FIRST_MILLIS = 500;
  private static final int MOST_DOUBLINGS = 16;

  /**
   * A half to the whole of 500 ms, 1 s, 2 s …
   *
   * @param failures before this one
   */
  Duration after(int failures, Duration most) {
    long millis = FIRST_MILLIS << Math.min(failures, MOST_DOUBLINGS);
    long bounded = Math.min(millis, most.toMillis());
    return Duration.ofMillis(Math.round(bounded * (0.5 + random.getAsDouble() / 2)));
  }
}
