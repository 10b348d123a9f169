package io.streamrelay.gateway.follow;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.SessionView;
import io.streamrelay.protocol.turn.TurnPast;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where readers begin. PostgreSQL says; while it is away, the session stream says it of turns that
 * are live, so that reading them goes on. A session nobody of that owner has made is a problem,
 * 404. Thread-safe.
 */
public final class Positions {
  private final TurnReader turns;
  private final LiveStreams live;

  Positions(TurnReader turns, LiveStreams live) {
    this.turns = turns;
    this.live = live;
  }

  /** Where a reader of one turn begins: before its first entry. */
  public Attachment ofTurn(SessionKey session, TurnId turn) {
    try {
      return begin(view(session, turn));
    } catch (StoreUnavailableException away) {
      return live.ofTurn(session, turn, null, away);
    }
  }

  /**
   * Where a reader of one turn goes on after a cursor; a cursor that can't be is none.
   *
   * @return null if there is nothing of the turn after the cursor, and never will be
   */
  public @Nullable Attachment ofTurn(SessionKey session, TurnId turn, EntryId cursor) {
    try {
      return resume(view(session, turn), cursor);
    } catch (StoreUnavailableException away) {
      return live.ofTurn(session, turn, cursor, away);
    }
  }

  private TurnView view(SessionKey session, TurnId turn) {
    TurnView view = turns.turn(session, turn);
    if (view == null) {
      throw Problem.notFound("the session has no such turn").exception();
    }
    return view;
  }

  private Attachment begin(TurnView view) {
    Long u = view.userEpoch();
    // A waiting turn has no entries yet; whatever is there belongs to others and is passed over.
    EntryId before = u == null ? EntryId.ZERO : EntryId.first(u - 1);
    return new Attachment(view.session(), view.id(), before, false, view.traceparent());
  }

  private @Nullable Attachment resume(TurnView view, EntryId cursor) {
    Attachment start = begin(view);
    if (view.userEpoch() == null) {
      return start; // it has no ids yet, so the cursor is another turn's
    }
    SessionView session = turns.session(view.session());
    if (session == null) { // deleted just now: from the beginning, it would be told all again
      throw Problem.notFound("there is no such session").exception();
    }
    if (cursor.epoch() > session.epoch() || !cursor.isAfter(start.position())) {
      return start;
    }
    if (view.status().terminal() && !isNext(view, cursor)) {
      return null;
    }
    return new Attachment(view.session(), view.id(), cursor, false, view.traceparent());
  }

  /** Whether the turn has ids beyond the cursor: it is the first of the turns that have. */
  private boolean isNext(TurnView view, EntryId cursor) {
    List<TurnPast> beyond = turns.after(view.session(), cursor, 1);
    return !beyond.isEmpty() && beyond.getFirst().turn().turn().equals(view.id());
  }

  /**
   * Where a reader of a session begins: after the cursor, else at the active turn's first entry. A
   * cursor beyond the session's counter is none, nor is one of before the session was deleted and
   * made anew.
   *
   * @return null if there is nothing after that, nothing runs and the reader doesn't want to wait
   */
  public @Nullable Attachment ofSession(
      SessionKey session, @Nullable EntryId cursor, boolean follow) {
    try {
      SessionView view = turns.session(session);
      if (view == null) {
        throw Problem.notFound("there is no such session").exception();
      }
      return ofSession(session, view, cursor, follow);
    } catch (StoreUnavailableException away) {
      return live.ofSession(session, cursor, follow, away);
    }
  }

  private static @Nullable Attachment ofSession(
      SessionKey session, SessionView view, @Nullable EntryId cursor, boolean follow) {
    EntryId end = EntryId.first(view.epoch());
    boolean usable =
        cursor != null && cursor.epoch() <= view.epoch() && cursor.epoch() >= view.deletedEpoch();
    ActiveTurn active = view.active();
    if (cursor != null && usable) {
      // Of an idle session the last entry is the terminal, under the counter itself.
      boolean nothingLeft = view.idle() && !cursor.isBefore(end);
      return nothingLeft && !follow
          ? null
          : new Attachment(session, null, cursor, follow, view.traceparent());
    }
    if (active != null) {
      EntryId before = EntryId.first(active.userEpoch() - 1);
      return new Attachment(session, null, before, follow, view.traceparent());
    }
    return view.idle() && !follow ? null : new Attachment(session, null, end, follow);
  }
}
