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

  /**
   * Its tool results don't answer just the calls of the session's last answer.
   *
   * @param mismatch the calls that it names and that aren't open, and those open that it doesn't
   */
  record WrongResults(OpenCalls.Mismatch mismatch) implements SubmitResult {}

  /** The session has an active turn. */
  record Busy(TurnId running) implements SubmitResult {}

  /** The caller has as many turns under way as it may have. */
  record TooMany() implements SubmitResult {}

  /** The idempotency key was used for something else. */
  record KeyMismatch(TurnId other) implements SubmitResult {}
}
