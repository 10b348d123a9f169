package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.CallerKey;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.key.Pepper;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys this gateway knows. A known key costs no query: all of them are confirmed together, by
 * {@link #check}, and forgotten once that found them revoked. A key never seen costs one; however
 * many strangers come, there are at most so many queries at once and a second, and what isn't there
 * is remembered for a while. Thread-safe.
 */
final class KeyRing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

  /** A key made with a prefix that was just asked for in vain: nobody guesses it before. */
  private static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);

  private static final int LOOKUPS_AT_ONCE = 4;
  private static final int LOOKUPS_PER_SECOND = 200;
  private static final int LOOKUP_BURST = 1000;
  private static final Duration LOOKUP_WAIT = Duration.ofMillis(500);

  /** After the store didn't answer, nobody waits for it again for so long. */
  private static final Duration AWAY_FOR = Duration.ofSeconds(1);

  private final KeyStore store;
  private final Pepper pepper;
  private final Time time;
  private final KeyMemory<String, KeyStore.HashedKey> byPrefix;
  private final KeyMemory<UUID, UUID> byId; // of which nobody showed more than a token
  private final RecentMap<String, Long> unknown;
  private final Semaphore lookups = new Semaphore(LOOKUPS_AT_ONCE);
  private final Allowance allowance;
  private volatile @Nullable Long awaySince;

  KeyRing(KeyStore store, Pepper pepper, KeyProperties properties, Time time) {
    this.store = store;
    this.pepper = pepper;
    this.time = time;
    Duration goodFor = properties.check().plus(properties.outage());
    this.byPrefix = new KeyMemory<>(properties.cached(), goodFor);
    this.byId = new KeyMemory<>(properties.cached(), goodFor);
    this.unknown = new RecentMap<>(properties.cached());
    this.allowance = new Allowance(LOOKUPS_PER_SECOND, LOOKUP_BURST, time.nanos());
  }

  /** What a key is. */
  sealed interface Answer {
    /** It was made for this caller, and wasn't revoked when last looked. */
    record Good(CallerKey key) implements Answer {}

    /** There is no such key, or it was revoked. */
    record Unknown() implements Answer {}

    /** It can't be told now. */
    record Away() implements Answer {}
  }

  /** Whether a key is good, where only its id is known. */
  enum Standing {
    GOOD,
    /** It was revoked, or there is none. */
    NONE,
    /** It can't be told now. */
    AWAY
  }

  /** Blocks for a bounded time, and only where the key isn't known. */
  Answer find(ApiKey key) {
    return first(() -> remembered(key), () -> lookUp(key), new Answer.Away());
  }

  /** Likewise. */
  Standing standing(UUID key) {
    return first(() -> remembered(key), () -> lookUp(key), Standing.AWAY);
  }

  private <T> T first(Supplier<@Nullable T> remembered, Supplier<T> lookUp, T away) {
    T known = remembered.get();
    if (known != null) {
      return known;
    }
    try {
      if (isAway() || !lookups.tryAcquire(LOOKUP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return away;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return away;
    }
    try {
      T meanwhile = remembered.get();
      if (meanwhile != null) {
        return meanwhile;
      }
      return isAway() || !allowance.take(time.nanos()) ? away : lookUp.get();
    } catch (StoreUnavailableException e) {
      awaySince = time.nanos();
      LOG.warn("a key can't be looked up: {}", e.getMessage());
      return away;
    } finally {
      lookups.release();
    }
  }

  private @Nullable Answer remembered(ApiKey key) {
    KeyMemory.Known<KeyStore.HashedKey> found = byPrefix.find(key.prefix());
    if (found != null) {
      if (!pepper.fits(key, found.key().hash())) {
        return new Answer.Unknown(); // a prefix has one key
      }
      return byPrefix.use(found, time.nanos()) ? new Answer.Good(found.key().key()) : null;
    }
    Long missed = unknown.get(key.prefix());
    return missed != null && since(missed).compareTo(UNKNOWN_FOR) <= 0
        ? new Answer.Unknown()
        : null;
  }

  private Answer lookUp(ApiKey key) {
    long now = time.nanos();
    KeyStore.HashedKey found = store.find(key.prefix());
    if (found == null || found.key().revokedAt() != null) {
      byPrefix.forget(key.prefix());
      unknown.put(key.prefix(), now);
      return new Answer.Unknown();
    }
    if (!pepper.fits(key, found.hash())) {
      return new Answer.Unknown(); // not remembered: the key with that prefix is good
    }
    byPrefix.add(key.prefix(), found.key().id(), found, now);
    return new Answer.Good(found.key());
  }

  private @Nullable Standing remembered(UUID key) {
    KeyMemory.Known<UUID> found = byId.find(key);
    return found != null && byId.use(found, time.nanos()) ? Standing.GOOD : null;
  }

  private Standing lookUp(UUID key) {
    long now = time.nanos();
    if (!store.live(Set.of(key)).contains(key)) {
      byId.forget(key);
      return Standing.NONE;
    }
    byId.add(key, key, key, now);
    return Standing.GOOD;
  }

  private boolean isAway() {
    Long since = awaySince;
    return since != null && since(since).compareTo(AWAY_FOR) < 0;
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(time.nanos() - nanos);
  }

  /**
   * Confirms the keys that are in use, in one query, and notes their use in another.
   *
   * @param open keys of the open streams
   * @return those of them and of the known ones that are no keys any more
   * @throws StoreUnavailableException if the store doesn't answer: nothing is changed
   */
  Set<UUID> check(Set<UUID> open) {
    long now = time.nanos();
    byPrefix.forgetIdle(open, now);
    byId.forgetIdle(open, now);
    Set<UUID> asked = new HashSet<>(open);
    asked.addAll(byPrefix.ids());
    asked.addAll(byId.ids());
    Set<UUID> used = new HashSet<>(open);
    used.addAll(byPrefix.takeUsed());
    if (asked.isEmpty()) {
      return Set.of();
    }
    Set<UUID> live = store.live(asked);
    byPrefix.confirm(asked, live, now);
    byId.confirm(asked, live, now);
    used.retainAll(live);
    if (!used.isEmpty()) {
      store.used(used);
    }
    asked.removeAll(live);
    return asked;
  }
}
