package io.streamrelay.protocol.key;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The twin of {@link PostgresKeyStore}, over a clock of the test's. Thread-safe. */
public final class InMemoryKeys implements KeyStore {
  private static final Duration USED_AT_MOST_EVERY = Duration.ofMinutes(1);

  private final Map<UUID, HashedKey> keys = new LinkedHashMap<>(); // guarded by this
  private final LongSupplier clock;

  /**
   * @param clock in milliseconds
   */
  public InMemoryKeys(LongSupplier clock) {
    this.clock = clock;
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.getAsLong());
  }

  @Override
  public synchronized boolean add(NewKey key) {
    boolean taken =
        keys.values().stream()
            .anyMatch(other ->
                other.key().prefix().equals(key.prefix()) || other.hash().equals(key.hash()));
    if (taken) {
      return false;
    }
    CallerKey kept =
        new CallerKey(
            UUID.randomUUID(),
            key.prefix(),
            key.caller(),
            key.name(),
            key.trusted(),
            key.admin(),
            now(),
            null,
            null);
    keys.put(kept.id(), new HashedKey(kept, key.hash()));
    return true;
  }

  @Override
  public synchronized @Nullable HashedKey find(String prefix) {
    return keys.values().stream()
        .filter(key -> key.key().prefix().equals(prefix))
        .findFirst()
        .orElse(null);
  }

  @Override
  public synchronized List<CallerKey> list(int atMost) {
    return keys.values().stream()
        .map(HashedKey::key)
        .sorted(Comparator.comparing(CallerKey::createdAt).reversed())
        .limit(atMost)
        .toList();
  }

  @Override
  public synchronized RevokeResult revoke(String prefix) {
    HashedKey found = find(prefix);
    return found == null ? new RevokeResult.Unknown() : revoke(found.key().id());
  }

  @Override
  public synchronized RevokeResult revoke(UUID id) {
    HashedKey found = keys.get(id);
    if (found == null) {
      return new RevokeResult.Unknown();
    }
    if (found.key().revokedAt() != null) {
      return new RevokeResult.Before(found.key());
    }
    return new RevokeResult.Revoked(change(found, key -> with(key, key.lastUsedAt(), now())).key());
  }

  @Override
  public synchronized Set<UUID> live(Collection<UUID> ids) {
    return ids.stream()
        .filter(id -> keys.containsKey(id) && keys.get(id).key().revokedAt() == null)
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized void used(Collection<UUID> ids) {
    Instant before = now().minus(USED_AT_MOST_EVERY);
    for (UUID id : ids) {
      HashedKey found = keys.get(id);
      if (found != null) {
        Instant last = found.key().lastUsedAt();
        if (last == null || last.isBefore(before)) {
          change(found, key -> with(key, now(), key.revokedAt()));
        }
      }
    }
  }

  private HashedKey change(HashedKey old, Function<CallerKey, CallerKey> change) {
    HashedKey changed = new HashedKey(change.apply(old.key()), old.hash());
    keys.put(changed.key().id(), changed);
    return changed;
  }

  private static CallerKey with(CallerKey key, @Nullable Instant used, @Nullable Instant revoked) {
    return new CallerKey(
        key.id(),
        key.prefix(),
        key.caller(),
        key.name(),
        key.trusted(),
        key.admin(),
        key.createdAt(),
        used,
        revoked);
  }
}
