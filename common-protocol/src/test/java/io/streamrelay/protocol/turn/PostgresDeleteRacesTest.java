package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A deletion, and what happens at the same moment, on a real PostgreSQL. */
class PostgresDeleteRacesTest extends TurnStoreContract {
  private static final int ROUNDS = 15;

  private final PostgresFixture fixture = PostgresFixture.shared();

  @Override
  TurnsUnderTest underTest() {
    return fixture;
  }

  @Test
  void submit_atOnceIsCancelledWithTheSessionOrMakesItAnew() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      play("before", "1");
      Submission submission = submission("at once");

      List<Object> results = atOnce(() -> sessions.delete(session), () -> turns.submit(submission));

      List<TurnId> cancelled = ((DeleteResult.Deleted) results.getFirst()).cancelled();
      ActiveTurn turn = accepted((SubmitResult) results.getLast()).turn();
      SessionView left = reader.session(session);
      if (left == null) {
        assertThat(cancelled).containsExactly(turn.turn());
      } else {
        assertThat(cancelled).isEmpty();
        assertThat(left.active()).isEqualTo(turn);
        assertThat(reader.messages(session, 10, null)).hasSize(1);
      }
    }
  }

  @Test
  void finishClaimAndDeleteAtOnceHaveOneOutcomeAndLeaveNothingToSee() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      TurnId turn = submit("one").turn();
      long epoch = claim(turn).epoch();

      List<Object> results =
          atOnce(
              () -> turns.finish(ended(turn, epoch, text("late"))),
              () -> sessions.delete(session),
              () -> sessions.delete(session),
              () -> turns.claim(claimOf(turn, 1, "again")));

      TurnStatus status = reader.turnForReader(session, turn).status();
      assertThat(results.getFirst())
          .isEqualTo(
              status == TurnStatus.ENDED
                  ? new FinishResult.Finished(saved(turn))
                  : endedOrClaimedBefore(results, status));
      assertThat(reader.session(session)).isNull();
      assertThat(reader.messages(session, 10, null)).isNull();
    }
  }

  /** The second claim may have come first: then the first attempt isn't the turn's. */
  private static FinishResult endedOrClaimedBefore(List<Object> results, TurnStatus status) {
    return results.getFirst() instanceof FinishResult.NotOurs notOurs
            && results.getLast() instanceof ClaimResult.Claimed
        ? notOurs
        : new FinishResult.AlreadyEnded(status);
  }

  @Test
  void everythingOfATurn_atTheMomentOfItsRemovalFindsItEndedOrGone() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      TurnId turn = submit("one").turn();
      long epoch = claim(turn).epoch();
      sessions.delete(session);
      turns.saveAnswer(turn, text(""), null, null, false);
      graceIsOver();

      List<Object> results =
          atOnce(
              () -> retention.remove(session, 10),
              () -> retention.remove(session, 10),
              () -> turns.finish(ended(turn, epoch, text("late"))),
              () -> turns.claim(claimOf(turn, 2, "late")),
              () -> {
                turns.saveAnswer(turn, text("late"), null, null, false);
                return true;
              },
              () -> turns.submit(submission("anew")));

      assertThat((int) results.get(0) + (int) results.get(1)).isEqualTo(1);
      assertThat(results.get(2))
          .isIn(new FinishResult.Unknown(), new FinishResult.AlreadyEnded(TurnStatus.CANCELLED));
      assertThat(results.get(3)).isIn(new ClaimResult.NotDue(), new ClaimResult.Ended(null));
      assertThat(results.get(5)).isInstanceOf(SubmitResult.Accepted.class);
      assertThat(reader.messages(session, 10, null)).hasSize(1);
    }
  }

  /** It found the turn, then waited for the session, and the turn was gone. */
  @Test
  void finishAndClaim_thatWaitedForARemovalFindNoTurn() throws Exception {
    TurnId turn = submit("one").turn();
    long epoch = claim(turn).epoch();
    sessions.delete(session);

    List<Future<Object>> waiting = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection holder = fixture.dataSource.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "SELECT 1 FROM sessions WHERE id = ? FOR NO KEY UPDATE");
      waiting.add(
          threads.submit(() -> patiently(() -> turns.finish(ended(turn, epoch, text("late"))))));
      waiting.add(threads.submit(() -> patiently(() -> turns.claim(claimOf(turn, 2, "late")))));
      await().atMost(Duration.ofSeconds(10)).until(() -> waitingForLocks() >= 2);
      execute(holder, "DELETE FROM turns WHERE session = ?");
      holder.commit();

      assertThat(waiting.getFirst().get()).isEqualTo(new FinishResult.Unknown());
      assertThat(waiting.getLast().get()).isEqualTo(new ClaimResult.NotDue());
    }
  }

  private void execute(Connection connection, String sql) throws Exception {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, session.session().value());
      statement.execute();
    }
  }

  private long waitingForLocks() {
    return fixture
        .jdbc()
        .sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        .query(Long.class)
        .single();
  }

  private void graceIsOver() {
    fixture
        .jdbc()
        .sql("UPDATE sessions SET remove_after = now() WHERE id = :id")
        .param("id", session.session().value())
        .update();
  }

  private static <T> T patiently(Supplier<T> call) {
    for (int tries = 0; ; tries++) {
      try {
        return call.get();
      } catch (StoreUnavailableException e) {
        if (tries == 100) {
          throw e;
        }
      }
    }
  }

  @SafeVarargs
  private static List<Object> atOnce(Callable<Object>... calls) {
    List<Callable<Object>> patient = new ArrayList<>();
    for (Callable<Object> call : calls) {
      patient.add(() -> patiently(() -> called(call)));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Object> results = new ArrayList<>();
      for (Future<Object> result : threads.invokeAll(patient)) {
        results.add(result.get());
      }
      return results;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Object called(Callable<Object> call) {
    try {
      return call.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
