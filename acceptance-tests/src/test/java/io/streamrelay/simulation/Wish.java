package io.streamrelay.simulation;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * What a client reads.
 *
 * @param turn only this one; null: the session
 * @param cursor what it says it has when it first connects, though it has nothing; null: that it
 *     has nothing, so that it gets a turn from its beginning, a session from the active turn's
 * @param follow of a session: the stream isn't to end; else the client comes back when it did
 */
record Wish(SessionKey session, @Nullable TurnId turn, @Nullable EntryId cursor, boolean follow) {
  private static final long UNKNOWN_EPOCH = 999_999;

  static Wish wholeSession(SessionKey session, boolean follow) {
    return new Wish(session, null, EntryId.ZERO, follow);
  }

  static Wish whatIsActive(SessionKey session, boolean follow) {
    return new Wish(session, null, null, follow);
  }

  static Wish wholeTurn(SessionKey session, TurnId turn) {
    return new Wish(session, turn, null, false);
  }

  /** With a cursor that no entry of the session ever had, or will have. */
  static Wish afterTheUnknown(SessionKey session, @Nullable TurnId turn, boolean follow) {
    return new Wish(session, turn, new EntryId(UNKNOWN_EPOCH, 7), follow);
  }

  static boolean isUnknown(EntryId cursor) {
    return cursor.epoch() == UNKNOWN_EPOCH;
  }

  /** Whether all entries of what it reads are to come. */
  boolean whole() {
    return turn == null ? EntryId.ZERO.equals(cursor) : cursor == null;
  }
}
