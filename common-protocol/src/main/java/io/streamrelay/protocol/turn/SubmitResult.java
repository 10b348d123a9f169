package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import java.util.List;

/** What became of a submission. */
public sealed interface SubmitResult {
  /**
   * Committed now: it will be answered, whatever dies.
   *
   * @param keepFrom for {@link io.streamrelay.protocol.session.SessionStream#open}
   * @param interrupted the turns that were cancelled for it, in the order of their ids in the
   *     session stream, all before its own: their ends are to be completed
   */
  record Accepted(ActiveTurn turn, long keepFrom, List<TurnId> interrupted)
      implements SubmitResult {
    public Accepted {
      interrupted = List.copyOf(interrupted);
    }

    /** Interrupts nothing. */
    public Accepted(ActiveTurn turn, long keepFrom) {
      this(turn, keepFrom, List.of());
    }
  }

  /**
   * Committed now: it waits for the turns before it, and is accepted by the end of the last of
   * them. Until then it has no ids and no entries.
   */
  record Waiting(SessionKey session, TurnId turn) implements SubmitResult {}

  /** The same submission was accepted before: attach to it. */
  record Repeated(SessionKey session, TurnId turn, TurnStatus status) implements SubmitResult {}

  /**
   * Its tool results don't answer just the calls of the session's last answer.
   *
   * @param mismatch the calls that it names and that aren't open, and those open that it doesn't
   */
  record WrongResults(OpenCalls.Mismatch mismatch) implements SubmitResult {}

  /**
   * The session has an active turn, or the newest isn't the one that the submission goes on from.
   *
   * @param running that one; or the oldest waiting one, where none is active for a moment
   */
  record Busy(TurnId running) implements SubmitResult {}

  /**
   * As many turns of the session wait as may.
   *
   * @param running as {@link Busy} has it
   */
  record TooManyWaiting(TurnId running) implements SubmitResult {}

  /** The caller has as many turns under way as it may have. */
  record TooMany() implements SubmitResult {}

  /** The idempotency key was used for something else. */
  record KeyMismatch(TurnId other) implements SubmitResult {}
}
