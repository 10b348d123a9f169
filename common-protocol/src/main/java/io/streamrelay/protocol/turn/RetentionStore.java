package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is kept no longer. Each method but {@link #alone} is one bounded transaction, may be
 * repeated by anybody, and throws {@link io.streamrelay.protocol.session.StoreUnavailableException}
 * when its outcome is unknown. Implementations are thread-safe.
 */
public interface RetentionStore {
  /**
   * Runs {@code work} if nobody else removes now (an advisory lock for its duration, which must be
   * less than a minute); null if somebody does.
   */
  <T> @Nullable T alone(Supplier<T> work);

  /**
   * Deletes sessions without activity for {@code age} and without a live turn, as {@link
   * SessionStore#delete} does. Passes over one that somebody else holds. Answers how many, at most
   * {@code atMost}.
   */
  int deleteIdle(Duration age, int atMost);

  /**
   * Likewise, sessions that aren't to be stored ({@link Submission#stored}) and whose turns have
   * all ended for {@code age}.
   */
  int deleteUnstored(Duration age, int atMost);

  /**
   * Sessions of which something is to be removed, longest due first: deleted {@link
   * SessionStore#GRACE} ago or longer. While a deleted turn isn't saved yet its session isn't due
   * for up to an hour, since readers are not told of the end yet.
   */
  List<Removable> removable(int atMost);

  /**
   * Removes deleted turns of a session, oldest first, with their messages, attempts and outbox
   * rows. Nothing of a session made anew since, and nothing that was deleted less than {@link
   * SessionStore#GRACE} ago.
   *
   * @return how many turns; fewer than {@code atMost} means that nothing is left
   */
  int remove(SessionKey session, int atMost);

  /**
   * What is deleted of a session.
   *
   * @param epoch entries of its session stream up to this epoch, this one included, are nobody's
   */
  record Removable(SessionKey session, long epoch) {}
}
