package io.streamrelay.worker.route;

import io.streamrelay.worker.provider.Provider;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One key of a provider, and why it isn't used at present. Rate limits are kept by model, since
 * most providers count so: one model's must not stop the others.
 *
 * <p>Thread-safe.
 */
final class ApiKey {
  /** Limits kept at once: names of models come from callers where a target passes them on. */
  private static final int MAX_LIMITS = 100;

  /** Where it is configured: what may be logged of it. */
  final String entry;

  /** The provider, asked with this key. */
  final Provider provider;

  private final Supplier<@Nullable String> secret;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> limitedUntil = new HashMap<>(); // guarded by lock, as all below
  private @Nullable String refused;
  private boolean isRefused;
  private long refusedUntil;

  ApiKey(String entry, Supplier<@Nullable String> secret, Provider provider) {
    this.entry = entry;
    this.secret = secret;
    this.provider = provider;
  }

  /** The same key, its provider asked through another. */
  ApiKey asking(Provider through) {
    return new ApiKey(entry, secret, through);
  }

  /**
   * The provider refused it.
   *
   * @return false if that was known already
   */
  boolean refuse(long now, long forNanos) {
    lock.lock();
    try {
      boolean news = refusedForNanos(now) == 0;
      refused = secret.get();
      isRefused = true;
      refusedUntil = now + forNanos;
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** How long it is still set aside because it was refused; 0: it isn't. A new secret is not. */
  long refusedForNanos(long now) {
    lock.lock();
    try {
      boolean still = isRefused && refusedUntil - now > 0 && Objects.equals(refused, secret.get());
      if (!still) {
        isRefused = false;
        refused = null;
      }
      return still ? refusedUntil - now : 0;
    } finally {
      lock.unlock();
    }
  }

  /** The provider wants to hear nothing more of it for that model, for a while. */
  void limit(String model, long now, long forNanos) {
    lock.lock();
    try {
      limitedUntil.values().removeIf(until -> until - now <= 0);
      if (limitedUntil.size() < MAX_LIMITS) {
        limitedUntil.put(model, now + forNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How long it still mustn't be used for that model; 0: it may. */
  long limitedForNanos(String model, long now) {
    lock.lock();
    try {
      Long until = limitedUntil.get(model);
      return until == null ? 0 : Math.max(0, until - now);
    } finally {
      lock.unlock();
    }
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return "ApiKey[" + entry + "]";
  }
}
