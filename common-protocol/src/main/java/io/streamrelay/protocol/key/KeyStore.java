package io.streamrelay.protocol.key;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys of callers. Holds hashes only. Each method is one statement, blocks for a bounded time
 * and throws {@link io.streamrelay.protocol.session.StoreUnavailableException} when the store
 * doesn't answer. Implementations are thread-safe.
 */
public interface KeyStore {
  /** False if a key with that prefix or hash is there: make another. */
  boolean add(NewKey key);

  /** The key with that prefix and its hash, revoked or not; null if there is none. */
  @Nullable HashedKey find(String prefix);

  /** The newest keys, revoked ones too, newest first. */
  List<CallerKey> list(int atMost);

  /** Repeated, it changes nothing. */
  RevokeResult revoke(String prefix);

  /** Likewise. */
  RevokeResult revoke(UUID id);

  /** Those of {@code ids} that are there and not revoked. */
  Set<UUID> live(Collection<UUID> ids);

  /** Notes that they are in use; at most once a minute for each, whoever says it. */
  void used(Collection<UUID> ids);

  /** A key and what {@link Pepper#fits} compares with. */
  record HashedKey(CallerKey key, String hash) {
    @Override
    public String toString() {
      return "HashedKey[" + key + "]";
    }
  }
}
