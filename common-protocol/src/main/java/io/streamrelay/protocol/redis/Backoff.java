package io.streamrelay.protocol.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before connecting again: longer each time, never twice alike. Not thread-safe.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 50;
  private static final int MAX_DOUBLINGS = 4;

  private int failures;

  /** After another failure: 25–50 ms at first, 400–800 ms in the end. */
  Duration next() {
    long most = FIRST_MILLIS << Math.min(failures++, MAX_DOUBLINGS);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }

  void reset() {
    failures = 0;
  }
}
