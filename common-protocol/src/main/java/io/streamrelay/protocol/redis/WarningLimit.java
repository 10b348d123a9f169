package io.streamrelay.protocol.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets a warning that could come a thousand times a second come once a minute. Thread-safe. */
final class WarningLimit {
  private static final long SPACING_NANOS = Duration.ofMinutes(1).toNanos();

  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - SPACING_NANOS);
  private final AtomicLong since = new AtomicLong();

  /** How many there were since the last one that was let through, this one included; 0: not now. */
  long passes() {
    since.incrementAndGet();
    long now = System.nanoTime();
    long last = lastNanos.get();
    return now - last >= SPACING_NANOS && lastNanos.compareAndSet(last, now)
        ? since.getAndSet(0)
        : 0;
  }
}
