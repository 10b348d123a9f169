package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.route.KeyChoice.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider with several keys: each call takes one by {@link KeyChoice}. A key that is refused, or
 * limited with a {@code Retry-After}, is set aside, and the next is asked before the call counts as
 * failed. Where all are limited, by the provider or by their {@link Allowance}, a short time is
 * waited for the first that isn't any more.
 *
 * <p>Thread-safe.
 */
final class KeyedProvider implements Provider {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedProvider.class);

  private final String provider;
  private final List<ApiKey> keys;
  private final KeyChoice choice;
  private final long asideNanos;
  private final long maxWaitNanos;
  private final RouteMeters meters;

  /**
   * @param provider its key in the configuration
   * @param keys at least one
   * @param limits of each key
   * @param aside how long a refused key isn't used
   * @param maxWait how long a limited key is waited for
   */
  KeyedProvider(
      String provider,
      List<ApiKey> keys,
      Allowance.Limits limits,
      Duration aside,
      Duration maxWait,
      RouteMeters meters) {
    this.provider = provider;
    this.keys = List.copyOf(keys);
    this.choice = new KeyChoice(keys, limits);
    this.asideNanos = aside.toNanos();
    this.maxWaitNanos = maxWait.toNanos();
    this.meters = meters;
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
    long wait = Math.min(maxWaitNanos, request.deadlineNanos() - System.nanoTime());
    long until = System.nanoTime() + wait;
    List<ApiKey> left = new ArrayList<>(keys);
    ProviderException failure = null;
    while (true) {
      Taken taken = choice.take(left, request, until);
      if (taken == null) {
        throw whyNone(left, request, failure);
      }
      ApiKey key = taken.key();
      if (!await(taken, request.model())) {
        continue;
      }
      FirstDelta first = new FirstDelta(sink, () -> {});
      Long used = null;
      try {
        Reply reply = call.to(key.provider, first);
        used = Allowance.used(reply.usage() == null ? first.usage() : reply.usage());
        return reply;
      } catch (ProviderException e) {
        used = usedInVain(first);
        left.remove(key);
        if (!setsAside(key, request.model(), e) || first.came()) {
          throw e;
        }
        failure = sooner(failure, e);
      } catch (InterruptedException e) {
        used = Allowance.used(first.usage());
        throw e;
      } finally {
        choice.settle(taken, used);
      }
    }
  }

  /** What failed before a word was said is billed only where the provider says so. */
  private static @Nullable Long usedInVain(FirstDelta first) {
    Usage usage = first.usage();
    return usage == null && !first.came() ? Long.valueOf(0) : Allowance.used(usage);
  }

  /** Waits for the key's time. False if it was limited meanwhile, and is given back. */
  private boolean await(Taken taken, String model) throws InterruptedException {
    if (taken.waitNanos() == 0) {
      return true;
    }
    boolean usable = false;
    try {
      Thread.sleep(Duration.ofNanos(taken.waitNanos()));
      usable = taken.key().limitedForNanos(model, System.nanoTime()) == 0;
      return usable;
    } finally {
      if (!usable) {
        choice.giveBack(taken);
      }
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

  private ProviderException whyNone(
      List<ApiKey> left, ProviderRequest request, @Nullable ProviderException failure) {
    long now = System.nanoTime();
    if (failure != null && left.stream().allMatch(key -> key.refusedForNanos(now) > 0)) {
      return failure;
    }
    meters.limited(provider);
    return sooner(failure, limited(choice.turnAway(left, request)));
  }

  /** Always worth putting the turn off: that frees its slot. */
  private static ProviderException limited(Duration wait) {
    return new ProviderException(
        FailureCode.PROVIDER_RATE_LIMITED,
        "the provider wants to be left alone for a while",
        wait.compareTo(Asking.WHEN_FULL) > 0 ? wait : Asking.WHEN_FULL,
        null);
  }

  /** Never prints a key. */
  @Override
  public String toString() {
    return "KeyedProvider[" + provider + ", " + keys.size() + " keys]";
  }
}
