package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the sweeper looks for in PostgreSQL. Bounded in time; throws {@link
 * io.streamrelay.protocol.session.StoreUnavailableException}. Implementations are thread-safe.
 */
public interface SweepStore {
  /**
   * Runs {@code work} if nobody else sweeps now (an advisory lock for its duration); null if
   * somebody does.
   */
  <T> @Nullable T alone(Supplier<T> work);

  /**
   * Active turns that are due (no {@code not_before}, or past), oldest first, that were submitted
   * or put off at least {@code age} ago, so that a submit has had time to queue its own job.
   */
  List<Job> due(Duration age, int atMost);

  /** Turns that are not terminal and whose deadline is past. */
  List<TurnId> overdue(int atMost);

  /** Ended turns whose text isn't saved. */
  List<TurnId> unsaved(int atMost);

  /** Turns that ended and were saved within {@code age}: their streams should have the terminal. */
  List<Closed> closedWithin(Duration age, int atMost);

  /**
   * Makes the oldest waiting turn active in each session that has no active one (it should not
   * happen). Answers how many.
   */
  int promote(int atMost);

  /** What the outbox holds. */
  Outbox outbox();

  /**
   * @param rows that wait to be sent; 100 000 at most
   * @param oldest how long the first of them has waited; zero: none does
   */
  record Outbox(long rows, Duration oldest) {}

  /** An ended turn's place: its stream should reach {@code finalEpoch}. */
  record Closed(TurnId turn, SessionKey session, long finalEpoch) {}
}
