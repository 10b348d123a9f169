package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;

/** What became of a submission. */
public sealed interface SubmitResult {
  /**
   * Committed now: it will be answered, whatever dies.
   *
   * @param keepFrom for {@link io.streamrelay.protocol.session.SessionStream#open}
   */
  record Accepted(ActiveTurn turn, long keepFrom) implements SubmitResult {}

  /** The same submission was accepted before: attach to it. */
  record Repeated(SessionKey session, TurnId turn, TurnStatus status) implements SubmitResult {}

  /** The session has an active turn. */
  record Busy(TurnId running) implements SubmitResult {}

  /** The caller has as many turns under way as it may have. */
  record TooMany() implements SubmitResult {}

  /** The idempotency key was used for something else. */
  record KeyMismatch(TurnId other) implements SubmitResult {}
}
