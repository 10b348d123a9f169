package io.streamrelay.worker.provider.demo;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;

/**
 * Keeps the time between tokens, by a schedule, so that a slow reader doesn't make it slower still.
 * Not thread-safe: owned by one answer.
 */
final class DemoPace {
  /** One that is behind by more catches up no further. */
  private static final long MAX_BEHIND_NANOS = 1_000_000_000L;

  private final long intervalNanos;
  private final long deadlineNanos;
  private final Duration stall;
  private long nextNanos;

  DemoPace(DemoKnobs knobs, Duration stall, long deadlineNanos) {
    this.intervalNanos = knobs.interval().toNanos();
    this.stall = stall;
    this.deadlineNanos = deadlineNanos;
    this.nextNanos = System.nanoTime() + knobs.firstToken().toNanos();
  }

  /** Waits until it is time for the next token. */
  void beforeToken() throws ProviderException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long now = System.nanoTime();
    sleepUntil(nextNanos, now);
    nextNanos = Math.max(nextNanos, now - MAX_BEHIND_NANOS) + intervalNanos;
  }

  /** Says nothing for as long as a provider is waited for. */
  ProviderException stall() throws ProviderException, InterruptedException {
    long now = System.nanoTime();
    sleepUntil(now + stall.toNanos(), now);
    return new ProviderException(FailureCode.PROVIDER_TIMEOUT, "demo stalled, as asked");
  }

  private void sleepUntil(long untilNanos, long now)
      throws ProviderException, InterruptedException {
    boolean late = untilNanos - deadlineNanos > 0;
    long nanos = (late ? deadlineNanos : untilNanos) - now;
    if (nanos > 0) {
      Thread.sleep(Duration.ofNanos(nanos));
    }
    if (late || deadlineNanos - now <= 0) {
      throw new ProviderException(FailureCode.DEADLINE_EXCEEDED, "the deadline passed");
    }
  }
}
