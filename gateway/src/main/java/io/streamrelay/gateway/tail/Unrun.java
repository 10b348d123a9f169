package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;

/** The terminal of a turn that ended while it waited: it never had a place in the stream. */
final class Unrun {
  private static final String NO_TEXT = Answer.sha256("");

  private Unrun() {}

  static Terminal terminal(TurnView turn) {
    if (turn.status() == TurnStatus.CANCELLED) {
      String by = turn.cancelledBy() == null ? "owner" : turn.cancelledBy();
      return new Cancelled(turn.id(), by, turn.cancelReason(), null, 0, NO_TEXT, null);
    }
    FailureCode code = turn.failureCode() == null ? FailureCode.INTERNAL : turn.failureCode();
    String why = turn.failureMessage() == null ? "the turn never ran" : turn.failureMessage();
    return new Failed(turn.id(), code, why, code.retryable(), null, 0, NO_TEXT, null);
  }
}
