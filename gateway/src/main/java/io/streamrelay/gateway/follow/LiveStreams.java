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
 * to be live; of all others the store is simply away. So it is for a cursor beyond the stream:
 * whether that is nobody's, or what Redis lost, only PostgreSQL can tell, and a reader put there
 * might wait for ever. The owner is in the stream's key. Thread-safe.
 */
final class LiveStreams {
  private static final int MAX_SEQ = 999_999_999;

  private final SessionStream streams;

  LiveStreams(SessionStream streams) {
    this.streams = streams;
  }

  Attachment ofTurn(
      SessionKey session, TurnId turn, @Nullable EntryId cursor, StoreUnavailableException away) {
    Live live = live(session, away);
    if (live == null || !live.turn().turn().equals(turn) || live.isBefore(cursor)) {
      throw away;
    }
    EntryId start = live.start();
    EntryId position = cursor == null || cursor.isBefore(start) ? start : cursor;
    return new Attachment(session, turn, position, false);
  }

  Attachment ofSession(
      SessionKey session,
      @Nullable EntryId cursor,
      boolean follow,
      StoreUnavailableException away) {
    Live live = live(session, away);
    if (live == null || live.isBefore(cursor)) {
      throw away;
    }
    // A cursor of an earlier turn stays: the reader lacks that turn's end.
    return new Attachment(session, null, cursor == null ? live.start() : cursor, follow);
  }

  /** The turn whose user entry or attempt is the stream's newest epoch. */
  private record Live(ActiveTurn turn, long epoch) {
    EntryId start() {
      return EntryId.first(turn.userEpoch() - 1);
    }

    boolean isBefore(@Nullable EntryId cursor) {
      return cursor != null && cursor.epoch() > epoch;
    }
  }

  private @Nullable Live live(SessionKey session, StoreUnavailableException away) {
    try {
      return live(session);
    } catch (StoreUnavailableException alsoAway) {
      away.addSuppressed(alsoAway); // the first is what is to be mended first
      throw away;
    }
  }

  /** Null if the stream's newest epoch is no live turn's. */
  private @Nullable Live live(SessionKey session) {
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
    long epoch = entry.id().epoch();
    return switch (entry.event()) {
      case StreamEvent.UserMessage message ->
          new Live(new ActiveTurn(session, message.turn(), epoch), epoch);
      case StreamEvent.AttemptStarted start when user != null ->
          new Live(new ActiveTurn(session, start.turn(), user.epoch()), epoch);
      case StreamEvent other -> null;
    };
  }
}
