package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.turn.TurnView;
import java.util.List;

/** Where a reader of a response's events begins. */
final class ResponsePosition {
  private ResponsePosition() {}

  /**
   * Before the attempt from which on it is told: the one that the client knows of, else the latest.
   * Where a client is told of each that begins anew, all are: its items are counted on.
   *
   * @param after the number of the last event that the client has; -1: none
   */
  static Attachment of(TurnView turn, OnTakeover onTakeover, long after) {
    EntryId position = position(turn, onTakeover, after);
    return new Attachment(turn.session(), turn.id(), position, false, turn.traceparent());
  }

  private static EntryId position(TurnView turn, OnTakeover onTakeover, long after) {
    Long user = turn.userEpoch();
    if (user == null) {
      return EntryId.ZERO;
    }
    List<Long> attempts = turn.attempts().stream().map(TurnView.Attempt::epoch).toList();
    if (attempts.isEmpty() || onTakeover == OnTakeover.RESTART) {
      return EntryId.first(user);
    }
    long known = new ResponseNumbers(user).epoch(after);
    boolean there = after > ResponseNumbers.IN_PROGRESS && attempts.contains(known);
    return ResponseNumbers.before(there ? known : attempts.getLast());
  }
}
