package io.streamrelay.worker.provider.demo;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
  private final DeltaSink sink;
  private long nextNanos;

  DemoPace(DemoKnobs knobs, Duration stall, long deadlineNanos, DeltaSink sink) {
    this.sink = sink;
    this.intervalNanos = knobs.interval().toNanos();
    this.stall = stall;
    this.deadlineNanos = deadlineNanos;
    this.nextNanos = System.nanoTime() + knobs.firstToken().toNanos();
  }

  /** Waits for room, then until it is time for the next token. */
  void beforeToken() throws ProviderException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    awaitRoom();
    long now = System.nanoTime();
    sleepUntil(nextNanos, now);
    nextNanos = Math.max(nextNanos, now - MAX_BEHIND_NANOS) + intervalNanos;
  }

  private void awaitRoom() throws ProviderException, InterruptedException {
    for (var room = sink.room(); !room.isDone(); room = sink.room()) {
      try {
        room.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw late();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
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
      throw late();
    }
  }

  private static ProviderException late() {
    return new ProviderException(FailureCode.DEADLINE_EXCEEDED, "the deadline passed");
  }
}
