package io.streamrelay.worker.route;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds retries to a share of the calls: each call pays a little in, each retry takes a whole out.
 * A few are there from the start, for providers that are seldom asked.
 *
 * <p>Thread-safe.
 */
final class RetryBudget {
  private static final long RETRY = 1000;
  private static final long MOST = 10 * RETRY;

  private final long perCall;
  private final AtomicLong saved = new AtomicLong(MOST);

  /**
   * @param share retries per call in the long run
   */
  RetryBudget(double share) {
    perCall = Math.round(share * RETRY);
  }

  void call() {
    saved.getAndUpdate(before -> Math.min(MOST, before + perCall));
  }

  /** Takes one out; false if there is none left. */
  boolean tryRetry() {
    return saved.getAndUpdate(before -> before >= RETRY ? before - RETRY : before) >= RETRY;
  }
}
