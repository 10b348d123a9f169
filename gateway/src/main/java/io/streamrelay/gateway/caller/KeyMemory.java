package io.streamrelay.gateway.caller;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys that were good when last looked, by what callers show of them. One is good for so long after
 * it was confirmed; once it is full, the longest unused is forgotten. Thread-safe.
 *
 * @param <S> what is shown
 * @param <K> what is known of a key
 */
final class KeyMemory<S, K> {
  /** Not confirmed any more if nobody used it for so long. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final RecentMap<S, Known<K>> keys;
  private final Duration goodFor;

  /**
   * @param most keys at once
   * @param goodFor from when a key was confirmed
   */
  KeyMemory(int most, Duration goodFor) {
    this.keys = new RecentMap<>(most);
    this.goodFor = goodFor;
  }

  /** A key; when it was good, and whether it was used since that was asked. */
  static final class Known<K> {
    private final UUID id;
    private final K key;
    private volatile long confirmedNanos;
    private volatile long usedNanos;
    private volatile boolean used = true;

    private Known(UUID id, K key, long now) {
      this.id = id;
      this.key = key;
      this.confirmedNanos = now;
      this.usedNanos = now;
    }

    K key() {
      return key;
    }

    private boolean takeUsed() {
      boolean was = used;
      used = false;
      return was;
    }
  }

  /** Null: it isn't remembered. To be asked {@link #use} whether it is good. */
  @Nullable Known<K> find(S shown) {
    return keys.get(shown);
  }

  /** Whether it is good; then it is used now. */
  boolean use(Known<K> key, long now) {
    if (now - key.confirmedNanos > goodFor.toNanos()) {
      return false;
    }
    key.usedNanos = now;
    key.used = true;
    return true;
  }

  /**
   * Remembers a good key, used now.
   *
   * @param now when its store was asked
   */
  void add(S shown, UUID id, K key, long now) {
    keys.put(shown, new Known<>(id, key, now));
  }

  void forget(S shown) {
    keys.remove(shown);
  }

  /** Forgets keys that nobody used for long, but for these. */
  void forgetIdle(Set<UUID> inUse, long now) {
    keys.removeIf(key -> now - key.usedNanos > IDLE.toNanos() && !inUse.contains(key.id));
  }

  Set<UUID> ids() {
    Set<UUID> ids = new HashSet<>();
    keys.forEach(key -> ids.add(key.id));
    return ids;
  }

  /** Those used since this was last called. */
  Set<UUID> takeUsed() {
    Set<UUID> used = new HashSet<>();
    keys.forEach(key -> {
      if (key.takeUsed()) {
        used.add(key.id);
      }
    });
    return used;
  }

  /**
   * Of those asked for, keeps what is live, and forgets what isn't.
   *
   * @param now when they were asked for
   */
  void confirm(Set<UUID> asked, Set<UUID> live, long now) {
    keys.removeIf(key -> asked.contains(key.id) && !live.contains(key.id));
    keys.forEach(key -> {
      if (live.contains(key.id)) {
        key.confirmedNanos = now;
      }
    });
  }
}
