package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.ActiveTurn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Turns, write side. Each method is one transaction, blocks for a bounded time and throws {@link
 * io.streamrelay.protocol.session.StoreUnavailableException} when its outcome is unknown; repeated,
 * it changes nothing and gives the same answer. Implementations are thread-safe.
 *
 * <p>Only three transactions raise a session's epoch counter, each writing what it took into the
 * turn's row: activation by 1 (u), claim by 1 (e), ending by 3 (f).
 */
public interface TurnStore {
  /** Messages of history a claim answers at most. */
  int HISTORY = 200;

  /** Attempts a turn is given before it fails as attempts_exhausted. */
  int MAX_ATTEMPTS = 3;

  /** Turns of a session that wait at most. */
  int MAX_WAITING = 8;

  /** Time left below which a claim ends the turn unrun. */
  Duration LEAST_REMAINING = Duration.ofSeconds(2);

  /**
   * Accepts a turn: session (made if absent), user message, turn and u in one transaction. Refuses
   * if the caller has too many of them. A submission that was accepted before is {@link
   * SubmitResult.Repeated} whatever the bounds are now, and whatever became of the session. Tool
   * results are compared with the calls of the session's last answer in the same transaction, which
   * holds the session: no turn can come in between.
   *
   * <p>While the session has an active turn, or one that waits, {@link Submission#onBusy} says what
   * becomes of it, in the same transaction: it is refused; it waits too, without a u, unless {@link
   * #MAX_WAITING} do already; or the waiting turns are cancelled, then the active one, and it is
   * accepted with a u after their f. Tool results, and what goes on from another turn than the
   * newest, are refused in any case.
   *
   * @param mostTurns how many turns, waiting or active, the caller may have after this one, all its
   *     users' together; 0: no new one is accepted. Turns being accepted at the same moment don't
   *     see each other, so it may be passed by as many as there are of those
   */
  SubmitResult submit(Submission submission, int mostTurns);

  /** Accepts a turn however many the caller has. */
  default SubmitResult submit(Submission submission) {
    return submit(submission, Integer.MAX_VALUE);
  }

  /** Gives a turn to a worker. Ends it where attempts or time are used up. */
  ClaimResult claim(ClaimRequest request);

  /**
   * The one way in which a turn becomes terminal: status, f, a row of the outbox for each of the
   * {@link Destinations}, and the promotion of the session's oldest waiting turn, in one
   * transaction; with {@link Ending.ByAttempt} the answer and the attempt's row too. Of a waiting
   * turn it writes the status, an empty answer and the outbox only.
   */
  FinishResult finish(Ending ending);

  /**
   * Saves what an ending from outside left in the stream. The first save stands; does nothing to a
   * turn that isn't ended.
   *
   * @param last the entry the answer ends with; null if the stream held nothing of the turn
   * @param partialLost whether attempts had begun that the stream no longer holds
   */
  void saveAnswer(TurnId turn, Snapshot answer, @Nullable EntryId last, boolean partialLost);

  /** How far the turn's end has come; null if there is no such turn. */
  @Nullable EndState endState(TurnId turn);

  /**
   * For {@link io.streamrelay.protocol.session.SessionStream#open}, when the turn's entry is
   * missing: null if the turn has ended or its epoch is another.
   */
  @Nullable Opening opening(ActiveTurn turn, long epoch);

  /**
   * What an attempt knows at its own end, fenced or not; its own row only. Null leaves a column as
   * it is.
   */
  void recordAttempt(TurnId turn, long epoch, AttemptRecord record);

  /**
   * Notes, in the attempt's own row, where its answer can be had once more. Fenced or not; the last
   * note stands.
   */
  void noteResumePoint(TurnId turn, long epoch, ResumePoint at);

  /** What the newest attempt that knew one noted; null if none did. */
  @Nullable ResumePoint resumePoint(TurnId turn);

  /**
   * Says that the attempt is handed over: the next claim doesn't count as another. Does nothing if
   * the epoch isn't the turn's.
   */
  void handOver(TurnId turn, long epoch);

  /**
   * Says under which job an attempt goes on, after the store of jobs lost its own. Answers false if
   * the epoch isn't the turn's, or it isn't running any more.
   */
  boolean goOnUnder(TurnId turn, long epoch, JobId job);

  /**
   * Puts a turn off: accepted again, not before {@code delay} from now, attempt not counted.
   * Answers false if the epoch isn't the turn's.
   */
  boolean putOff(TurnId turn, long epoch, Duration delay);

  /** What {@link #opening} tells. */
  record Opening(UserMessage user, long keepFrom) {}
}
