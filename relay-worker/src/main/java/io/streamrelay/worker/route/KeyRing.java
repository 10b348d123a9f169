package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider with several keys: each call takes the one that has the fewest under way, the one
 * unused for longest among those. A key that is refused, or limited with a {@code Retry-After}, is
 * set aside, and the next is asked before the call counts as failed.
 *
 * <p>A refusal may be about the call and not the key, so where all are refused the one whose time
 * is up first is asked all the same: no caller can lock out the others.
 *
 * <p>Thread-safe.
 */
final class KeyRing implements Provider {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

  private final String provider;
  private final List<ApiKey> keys;
  private final long asideNanos;
  private final RouteMeters meters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ApiKey, Use> uses = new HashMap<>(); // guarded by lock, as all below
  private long calls;

  /**
   * @param lastCall the number of the call that took it last
   */
  private record Use(int underWay, long lastCall) {}

  /**
   * @param provider its key in the configuration
   * @param keys at least one
   * @param aside how long a refused key isn't used
   */
  KeyRing(String provider, List<ApiKey> keys, Duration aside, RouteMeters meters) {
    this.provider = provider;
    this.keys = List.copyOf(keys);
    this.asideNanos = aside.toNanos();
    this.meters = meters;
    keys.forEach(key -> uses.put(key, new Use(0, 0)));
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    return ask(request, sink, (provider, to) -> provider.generate(request, to));
  }

  @Override
  public boolean canResume() {
    return keys.stream().allMatch(key -> key.provider.canResume());
  }

  /** By any of the keys: an answer belongs to the account, which several keys may share. */
  @Override
  public Reply resume(String response, ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    return ask(request, sink, (provider, to) -> provider.resume(response, request, to));
  }

  /** By each key until one may: not every key may belong to the answer's account. */
  @Override
  public void cancel(String response) throws ProviderException, InterruptedException {
    ProviderException failure = null;
    for (ApiKey key : keys) {
      try {
        key.provider.cancel(response);
        return;
      } catch (ProviderException e) {
        failure = failure == null ? e : failure;
      }
    }
    throw Objects.requireNonNull(failure, "a ring has keys");
  }

  private interface Call {
    Reply to(Provider provider, DeltaSink sink) throws ProviderException, InterruptedException;
  }

  private Reply ask(ProviderRequest request, DeltaSink sink, Call call)
      throws ProviderException, InterruptedException {
    FirstDelta first = new FirstDelta(sink, () -> {});
    List<ApiKey> left = new ArrayList<>(keys);
    ProviderException failure = null;
    while (true) {
      ApiKey key = take(left, request.model());
      if (key == null) {
        throw failure != null ? failure : limited(request.model());
      }
      try {
        return call.to(key.provider, first);
      } catch (ProviderException e) {
        left.remove(key);
        if (!setsAside(key, request.model(), e) || first.came()) {
          throw e;
        }
        failure = sooner(failure, e);
      } finally {
        giveBack(key);
      }
    }
  }

  /** Null if none may be used. */
  private @Nullable ApiKey take(List<ApiKey> left, String model) {
    long now = System.nanoTime();
    lock.lock();
    try {
      ApiKey best =
          left.stream()
              .filter(key -> key.limitedForNanos(model, now) == 0)
              .min(
                  Comparator.comparingLong((ApiKey key) -> key.refusedForNanos(now))
                      .thenComparingInt(key -> use(key).underWay())
                      .thenComparingLong(key -> use(key).lastCall()))
              .orElse(null);
      boolean asked = left.size() < keys.size();
      if (best == null || asked && best.refusedForNanos(now) > 0) {
        return null;
      }
      uses.put(best, new Use(use(best).underWay() + 1, ++calls));
      return best;
    } finally {
      lock.unlock();
    }
  }

  private Use use(ApiKey key) {
    return uses.getOrDefault(key, new Use(0, 0));
  }

  private void giveBack(ApiKey key) {
    lock.lock();
    try {
      uses.put(key, new Use(use(key).underWay() - 1, use(key).lastCall()));
    } finally {
      lock.unlock();
    }
  }

  /** Whether the failure is about the key. */
  private boolean setsAside(ApiKey key, String model, ProviderException failure) {
    Duration wait = failure.retryAfter();
    if (failure.code() == FailureCode.PROVIDER_AUTH) {
      if (key.refuse(System.nanoTime(), asideNanos)) {
        meters.keySetAside(provider, failure.code());
        LOG.error(
            "the key of {} was refused ({}) and is set aside for {} s: correct it there",
            key.entry,
            failure.getMessage(),
            Duration.ofNanos(asideNanos).toSeconds());
      }
      return true;
    }
    if (failure.code() == FailureCode.PROVIDER_RATE_LIMITED && wait != null) {
      key.limit(model, System.nanoTime(), wait.toNanos());
      meters.keySetAside(provider, failure.code());
      return true;
    }
    return false;
  }

  /** The one that says when it is worth to come back, the sooner the better; else the first. */
  static ProviderException sooner(@Nullable ProviderException one, ProviderException two) {
    Duration wait = one == null ? null : one.retryAfter();
    Duration other = two.retryAfter();
    boolean second = wait == null ? other != null : other != null && other.compareTo(wait) < 0;
    return one == null || second ? two : one;
  }

  private ProviderException limited(String model) {
    long now = System.nanoTime();
    long nanos = keys.stream().mapToLong(key -> key.limitedForNanos(model, now)).min().orElse(0);
    return new ProviderException(
        FailureCode.PROVIDER_RATE_LIMITED,
        "the provider wants to be left alone for a while",
        Duration.ofNanos(nanos),
        null);
  }

  /** Never prints a key. */
  @Override
  public String toString() {
    return "KeyRing[" + provider + ", " + keys.size() + " keys]";
  }
}
