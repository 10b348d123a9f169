package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.submit.Intake.Telling;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.turn.TurnView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a reader of a response's events begins. */
final class ResponseTelling {
  private ResponseTelling() {}

  /**
   * Told from within an attempt where that will do, right after its start: what PostgreSQL has of
   * it are then the entries that the stream had.
   *
   * @param response as it was asked for, see {@link Responses#begun}
   * @param after the number of the last event that the client has; -1: none
   */
  static Telling of(TurnView turn, ResponseObject response, OnTakeover onTakeover, long after) {
    Long user = turn.userEpoch();
    ResponseEvents events = new ResponseEvents(turn.id(), response, onTakeover, user, after);
    EntryId position = user == null ? EntryId.ZERO : EntryId.first(user);
    TurnView.Attempt within = user == null ? null : attempt(turn, user, onTakeover, after);
    if (within != null) {
      position = EntryId.first(within.epoch());
      events.beginWithin(within.epoch(), within.number());
    }
    return new Telling(
        new Attachment(turn.session(), turn.id(), position, false, turn.traceparent()), events);
  }

  /**
   * The attempt that the client knows of, else the latest. Null: all are told, since there is none
   * yet, or the client is told of each that begins anew: its items are counted on.
   */
  private static TurnView.@Nullable Attempt attempt(
      TurnView turn, long user, OnTakeover onTakeover, long after) {
    List<TurnView.Attempt> attempts = turn.attempts();
    if (attempts.isEmpty()) {
      return null;
    }
    TurnView.Attempt within = attempts.getLast();
    long known = new ResponseNumbers(user).epoch(after);
    for (TurnView.Attempt attempt : attempts) {
      if (after > ResponseNumbers.IN_PROGRESS && attempt.epoch() == known) {
        within = attempt;
      }
    }
    return onTakeover == OnTakeover.RESTART && within != attempts.getFirst() ? null : within;
  }
}
