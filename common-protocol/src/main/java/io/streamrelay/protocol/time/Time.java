package io.streamrelay.protocol.time;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Elapsed time, timers and waiting. Everything in the protocol that waits does it here, so that a
 * simulation can decide what happens meanwhile. Nothing here is wall-clock time: that is
 * PostgreSQL's. Thread-safe.
 */
public interface Time {
  /** Elapsed nanoseconds; only differences mean anything. */
  long nanos();

  /** Runs {@code task} once, after {@code delay}, on a timer thread: it must not block. */
  Timer schedule(Duration delay, Runnable task);

  /**
   * Waits for a future, at most so long.
   *
   * @throws TimeoutException when the time is over; the future goes on
   * @throws InterruptedException when the thread is interrupted: that means cancel
   * @throws java.util.concurrent.CompletionException with the future's failure as cause
   */
  <T> T await(CompletableFuture<T> future, Duration atMost)
      throws InterruptedException, TimeoutException;

  /** Waits so long. */
  void pause(Duration duration) throws InterruptedException;

  /** A scheduled task. */
  interface Timer {
    /** The task will not begin any more, unless it already did. */
    void cancel();
  }
}
