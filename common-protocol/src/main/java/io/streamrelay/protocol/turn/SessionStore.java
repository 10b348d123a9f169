package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as their owner sees and keeps them. Every query has the owner in it. Bounded in time;
 * throws {@link io.streamrelay.protocol.session.StoreUnavailableException} when the outcome is
 * unknown; repeated, each method changes nothing and gives the same answer. Implementations are
 * thread-safe.
 */
public interface SessionStore {
  /**
   * How long the rows and entries of a deleted session are kept for the readers it has: longer than
   * a reader that lost a push needs to learn of the end.
   */
  Duration GRACE = Duration.ofSeconds(30);

  /** Null if the owner has no such session, or it is deleted. */
  @Nullable SessionSummary summary(SessionKey session);

  /**
   * The owner's sessions by last activity, newest first. Activity is a message handed in.
   *
   * @param before only what comes after this place in the list; null: from its beginning
   */
  List<SessionSummary> list(Owner owner, int atMost, @Nullable SessionCursor before);

  /** The owner's turns that have not ended, waiting ones too, newest first. */
  List<LiveTurn> live(Owner owner, int atMost);

  /**
   * Sets or, with null, clears the title. That is no activity.
   *
   * @return false if the owner has no such session
   */
  boolean rename(SessionKey session, @Nullable String title);

  /**
   * Deletes a session, in one transaction under its row: what waits and what is active is
   * cancelled, and from then on no query of {@link TurnReader} or of this port shows anything of
   * it, nor does any later turn's history. The epoch counter stays, so that a session made anew
   * under the id goes on with higher ids.
   *
   * <p>The rows stay for {@link #GRACE}, so that whoever reads or ends a turn at this moment still
   * can; after it {@link RetentionStore} removes them. What comes meanwhile:
   *
   * <ul>
   *   <li>a submit waits for the row: before the deletion its turn is cancelled with it, after it
   *       the session is made anew;
   *   <li>a claim, or an attempt that finishes, finds its turn cancelled and changes nothing; once
   *       the rows are removed it finds no turn;
   *   <li>a second deletion finds nothing left to delete;
   *   <li>whoever completes a cancelled turn saves its text into rows that nobody is shown and that
   *       are removed with the others.
   * </ul>
   *
   * <p>A deleted turn's idempotency key is free again.
   */
  DeleteResult delete(SessionKey session);

  /**
   * Withdraws a turn: {@link TurnReader#asked} doesn't know it any more. What was said in it stays
   * in the conversation of the turns after it, and it stays known to all who ask by its session.
   * With the last turn of a session that isn't withdrawn yet the session is deleted, in the same
   * transaction, where that is wanted: no turn can come in between.
   *
   * @param deletesSession whether the session goes with the last of its turns
   * @return the turns that were cancelled with their session; {@link DeleteResult.Unknown} if the
   *     session has no such turn
   */
  DeleteResult withdraw(SessionKey session, TurnId turn, boolean deletesSession);
}
