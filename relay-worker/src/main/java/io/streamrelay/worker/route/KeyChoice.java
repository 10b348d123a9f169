package io.streamrelay.worker.route;

import io.streamrelay.worker.provider.ProviderRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which of a provider's keys a call takes: of those that aren't refused one that need not wait, or
 * not for long; the one with the fewest calls under way, unused for longest among those.
 *
 * <p>A refusal may be about the call and not the key, so where all are refused the one whose time
 * is up first is taken all the same: no caller can lock out the others.
 *
 * <p>Thread-safe.
 */
final class KeyChoice {
  private final boolean countsTokens;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ApiKey, Use> uses = new HashMap<>(); // guarded by lock, as all below
  private long calls;

  private static final class Use {
    private final Allowance allowance;
    private int underWay;
    private long lastCall; // its number

    Use(Allowance allowance) {
      this.allowance = allowance;
    }
  }

  /**
   * A key for one call, to be settled or given back.
   *
   * @param waitNanos until it may be used; 0: now
   * @param reserved tokens of its allowance
   */
  record Taken(ApiKey key, long waitNanos, long reserved) {}

  /**
   * @param limits of each key
   */
  KeyChoice(List<ApiKey> keys, Allowance.Limits limits) {
    countsTokens = limits.tokensPerMinute() != null;
    long now = System.nanoTime();
    keys.forEach(key -> uses.put(key, new Use(new Allowance(limits, now))));
  }

  /**
   * Null if none may be used in time, or only refused ones that need not be.
   *
   * @param left the keys that the call hasn't tried
   * @param until of {@link System#nanoTime()}: how long may be waited
   */
  @Nullable Taken take(List<ApiKey> left, ProviderRequest request, long until) {
    long estimate = estimate(request);
    long now = System.nanoTime();
    lock.lock();
    try {
      List<ApiKey> accepted = accepted(left, now);
      boolean first = left.size() == uses.size();
      ApiKey best =
          (accepted.isEmpty() && first ? left : accepted)
              .stream()
                  .min(
                      Comparator.comparingLong((ApiKey key) -> key.refusedForNanos(now))
                          .thenComparingLong(key -> waitNanos(key, request.model(), now))
                          .thenComparingInt(key -> use(key).underWay)
                          .thenComparingLong(key -> use(key).lastCall))
                  .orElse(null);
      long wait = best == null ? 0 : waitNanos(best, request.model(), now);
      if (best == null || wait > 0 && now + wait - until > 0) {
        return null;
      }
      Use use = use(best);
      use.underWay++;
      use.lastCall = ++calls;
      return new Taken(best, wait, use.allowance.take(estimate, now));
    } finally {
      lock.unlock();
    }
  }

  /** Before the lock is taken: a prompt may be long, and is gone through whole. */
  private long estimate(ProviderRequest request) {
    return countsTokens ? Allowance.estimate(request) : 0;
  }

  private static List<ApiKey> accepted(List<ApiKey> left, long now) {
    return left.stream().filter(key -> key.refusedForNanos(now) == 0).toList();
  }

  /** Under the lock. */
  private long waitNanos(ApiKey key, String model, long now) {
    return Math.max(key.limitedForNanos(model, now), use(key).allowance.waitNanos(now));
  }

  private Use use(ApiKey key) {
    return Objects.requireNonNull(uses.get(key));
  }

  /** The call wasn't made. */
  void giveBack(Taken taken) {
    lock.lock();
    try {
      Use use = use(taken.key());
      use.underWay--;
      use.allowance.giveBack(taken.reserved(), System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /**
   * The call is over.
   *
   * @param used tokens; null: unknown, and left as they were estimated
   */
  void settle(Taken taken, @Nullable Long used) {
    lock.lock();
    try {
      Use use = use(taken.key());
      use.underWay--;
      if (used != null) {
        use.allowance.settle(taken.reserved(), used, System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * When a call that got no key is to come back: when the first may be used again.
   *
   * @param left the keys that the call hasn't tried, at least one
   */
  Duration turnAway(List<ApiKey> left, ProviderRequest request) {
    long estimate = estimate(request);
    long now = System.nanoTime();
    lock.lock();
    try {
      List<ApiKey> accepted = accepted(left, now);
      ApiKey first =
          Collections.min(
              accepted.isEmpty() ? left : accepted,
              Comparator.comparingLong(key -> waitNanos(key, request.model(), now)));
      return Duration.ofNanos(
          Math.max(
              first.limitedForNanos(request.model(), now),
              use(first).allowance.turnAwayNanos(estimate, now)));
    } finally {
      lock.unlock();
    }
  }
}
