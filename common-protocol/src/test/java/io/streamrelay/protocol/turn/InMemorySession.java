package io.streamrelay.protocol.turn;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session's row. Guarded by its {@link InMemoryTurns}. */
final class InMemorySession {
  /** After which what is to be removed isn't waited for any more. */
  private static final Duration LONG = Duration.ofHours(1);

  long epoch;
  int turnCount;
  boolean unstored;
  @Nullable String title;
  Instant createdAt = Instant.EPOCH;
  Instant updatedAt = Instant.EPOCH;
  int deletedThrough;
  long deletedEpoch;
  @Nullable Instant removeAfter;

  boolean isDeleted() {
    return turnCount == deletedThrough;
  }

  /** A turn is handed in; the first makes the session, perhaps anew. */
  void begin(@Nullable String itsTitle, Instant now) {
    if (isDeleted()) {
      title = itsTitle;
      createdAt = now;
    }
    turnCount++;
    updatedAt = now;
  }

  void delete(Instant now) {
    deletedThrough = turnCount;
    deletedEpoch = epoch;
    title = null;
    removeAfter = now.plus(SessionStore.GRACE);
  }

  boolean isDueLong(Instant now) {
    return removeAfter != null && !removeAfter.plus(LONG).isAfter(now);
  }
}
