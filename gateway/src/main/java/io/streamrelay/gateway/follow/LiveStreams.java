package io.streamrelay.gateway.follow;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where readers begin while PostgreSQL is away: only of turns that the session stream itself shows
 * to be live; of all others the store is simply away. The owner is in the stream's key.
 * Thread-safe.
 */
final class LiveStreams {
  private static final int MAX_SEQ = 999_999_999;

  private final SessionStream streams;

  LiveStreams(SessionStream streams) {
    this.streams = streams;
  }

  Attachment ofTurn(
      SessionKey session, TurnId turn, @Nullable EntryId cursor, StoreUnavailableException away) {
    ActiveTurn live = turn(session);
    if (live == null || !live.turn().equals(turn)) {
      throw away;
    }
    EntryId start = start(live);
    EntryId position = cursor == null || cursor.isBefore(start) ? start : cursor;
    return new Attachment(session, turn, position, false);
  }

  Attachment ofSession(
      SessionKey session,
      @Nullable EntryId cursor,
      boolean follow,
      StoreUnavailableException away) {
    ActiveTurn live = turn(session);
    if (live == null) {
      throw away;
    }
    // A cursor of an earlier turn stays: the reader lacks that turn's end.
    return new Attachment(session, null, cursor == null ? start(live) : cursor, follow);
  }

  private static EntryId start(ActiveTurn live) {
    return EntryId.first(live.userEpoch() - 1);
  }

  /** The turn whose user entry or attempt is the stream's newest epoch; null if it has none. */
  private @Nullable ActiveTurn turn(SessionKey session) {
    EntryId last = streams.lastIds(List.of(session)).get(session);
    if (last == null || last.epoch() == 0) {
      return null;
    }
    List<Entry> first = streams.read(session, new EntryId(last.epoch() - 1, MAX_SEQ), 1);
    if (first.isEmpty()) {
      return null;
    }
    Entry entry = first.getFirst();
    EntryId user = entry.follows();
    return switch (entry.event()) {
      case StreamEvent.UserMessage message ->
          new ActiveTurn(session, message.turn(), entry.id().epoch());
      case StreamEvent.AttemptStarted start when user != null ->
          new ActiveTurn(session, start.turn(), user.epoch());
      case StreamEvent other -> null;
    };
  }
}
