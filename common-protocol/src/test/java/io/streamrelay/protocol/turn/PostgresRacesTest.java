package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What happens at once, on a real PostgreSQL. */
class PostgresRacesTest extends TurnStoreContract {
  private final PostgresFixture fixture = PostgresFixture.shared();

  @Override
  TurnsUnderTest underTest() {
    return fixture;
  }

  @Test
  void claim_ofOneTurnByManyJobsAtOnceIsGrantedToOne() {
    for (int round = 0; round < 10; round++) {
      session = newSession();
      ActiveTurn turn = submit("one");

      List<ClaimResult> results =
          atOnce(
              IntStream.range(1, 9)
                  .<Callable<ClaimResult>>mapToObj(
                      job -> () -> turns.claim(claimOf(turn.turn(), job, "token-" + job)))
                  .toList());

      assertThat(results).filteredOn(ClaimResult.Claimed.class::isInstance).hasSize(1);
      assertThat(results).filteredOn(ClaimResult.HeldByOther.class::isInstance).hasSize(7);
      assertThat(view(turn.turn()).attempts()).hasSize(1);
    }
  }

  @Test
  void claim_withOneTokenAtOnceIsOneAttempt() {
    ActiveTurn turn = submit("one");

    List<Long> epochs =
        atOnce(
            IntStream.range(0, 8)
                .<Callable<Long>>mapToObj(i ->
                    () ->
                        ((ClaimResult.Claimed) turns.claim(claimOf(turn.turn(), 1, "same")))
                            .epoch())
                .toList());

    assertThat(epochs).containsOnly(2L);
    assertThat(view(turn.turn()).attempts()).hasSize(1);
  }

  @Test
  void finish_byAttemptAndByCancelAtOnceHasOneOutcome() {
    for (int round = 0; round < 20; round++) {
      session = newSession();
      ActiveTurn turn = submit("one");
      long epoch = claim(turn.turn()).epoch();

      List<FinishResult> results =
          atOnce(
              List.of(
                  () -> turns.finish(ended(turn.turn(), epoch, text("1"))),
                  () -> turns.finish(cancel(turn.turn())),
                  () -> turns.finish(expire(turn.turn()))));

      assertThat(results).filteredOn(FinishResult.Finished.class::isInstance).hasSize(1);
      TurnStatus outcome = status(turn.turn());
      assertThat(results)
          .filteredOn(FinishResult.AlreadyEnded.class::isInstance)
          .hasSize(2)
          .containsOnly(new FinishResult.AlreadyEnded(outcome));
      assertThat(reader.session(session).epoch()).isEqualTo(5);
    }
  }

  @Test
  void submit_toOneSessionByManyAtOnceIsAcceptedOnce() {
    for (int round = 0; round < 10; round++) {
      session = newSession();
      ActiveTurn before = play("zero", "0");

      List<SubmitResult> results =
          atOnce(
              IntStream.range(0, 8)
                  .<Callable<SubmitResult>>mapToObj(
                      i -> () -> patiently(() -> turns.submit(submission("one"))))
                  .toList());

      SubmitResult.Accepted accepted =
          (SubmitResult.Accepted)
              results.stream()
                  .filter(SubmitResult.Accepted.class::isInstance)
                  .findFirst()
                  .orElseThrow();
      assertThat(results)
          .filteredOn(result -> result != accepted)
          .containsOnly(new SubmitResult.Busy(accepted.turn().turn()));
      assertThat(accepted.turn().userEpoch()).isEqualTo(6);
      assertThat(accepted.keepFrom()).isEqualTo(before.userEpoch());
    }
  }

  /** What came while it waited for the session is not overlooked. */
  @Test
  void finish_seesATurnThatBeganToWaitWhileItWaitedForTheLock() throws Exception {
    ActiveTurn first = submit("one");
    long epoch = claim(first.turn()).epoch();
    Submission second = submission("two");

    FinishResult result =
        whileLocked(
            () -> turns.finish(ended(first.turn(), epoch, text("1"))),
            jdbc -> PostgresFixture.insertWaiting(jdbc, second));

    assertThat(((FinishResult.Finished) result).promotion().next().turn())
        .isEqualTo(new ActiveTurn(session, second.turn(), 6));
    assertThat(status(second.turn())).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(texts(claim(second.turn()).history())).containsExactly("user: one", "assistant: 1");
  }

  @Test
  void finish_seesACancelThatCameWhileItWaitedForTheLock() throws Exception {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    FinishResult result =
        whileLocked(
            () -> turns.finish(ended(turn.turn(), epoch, text("1"))),
            jdbc ->
                jdbc.sql(
                        """
                        WITH raised AS (UPDATE sessions SET epoch = epoch + 3 WHERE id = :session)
                        UPDATE turns
                        SET status = 'cancelled', cancelled_by = 'owner', ended_at = now(),
                            final_epoch = 5
                        WHERE id = :turn
                        """)
                    .param("session", session.session().value())
                    .param("turn", turn.turn().value())
                    .update());

    assertThat(result).isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.CANCELLED));
    assertThat(turns.endState(turn.turn())).isInstanceOf(EndState.Unsaved.class);
    assertThat(reader.session(session).epoch()).isEqualTo(5);
  }

  @Test
  void submit_seesATurnThatWasAcceptedWhileItWaitedForTheLock() throws Exception {
    play("zero", "0");
    Submission other = submission("other");

    SubmitResult result =
        whileLocked(
            () -> turns.submit(submission("one")),
            jdbc -> PostgresFixture.insertWaiting(jdbc, other));

    assertThat(result).isEqualTo(new SubmitResult.Busy(other.turn()));
  }

  /** Holds the session until {@code call} waits for it; does something meanwhile, and commits. */
  private <T> T whileLocked(Callable<T> call, Consumer<JdbcClient> meanwhile) throws Exception {
    try (Connection holder = fixture.dataSource.getConnection();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      holder.setAutoCommit(false);
      JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(holder, true));
      jdbc.sql("SELECT 1 FROM sessions WHERE id = :session FOR UPDATE")
          .param("session", session.session().value())
          .query(Integer.class)
          .single();
      int pid = jdbc.sql("SELECT pg_backend_pid()").query(Integer.class).single();
      Future<T> answer = threads.submit(call);
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> isWaitedFor(pid));
      meanwhile.accept(jdbc);
      holder.commit();
      return answer.get();
    }
  }

  private boolean isWaitedFor(int pid) {
    return fixture
        .jdbc()
        .sql(
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity WHERE :pid = ANY(pg_blocking_pids(pid)))
            """)
        .param("pid", pid)
        .query(Boolean.class)
        .single();
  }

  @Test
  void all_manyTurnsOverFewSessionsNeverDeadlock() {
    List<SessionKey> sessions = IntStream.range(0, 5).mapToObj(i -> newSession()).toList();
    List<Callable<TurnId>> lives = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      SessionKey where = sessions.get(i % sessions.size());
      int way = i % 4;
      lives.add(() -> live(where, way));
    }

    List<TurnId> done = atOnce(lives);

    assertThat(done).doesNotHaveDuplicates().hasSize(200);
    for (SessionKey one : sessions) {
      assertThat(reader.session(one).idle()).isTrue();
      assertThat(reader.after(one, io.streamrelay.protocol.event.EntryId.ZERO, 1000)).hasSize(40);
    }
    long deadlocks =
        fixture
            .jdbc()
            .sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            .query(Long.class)
            .single();
    assertThat(deadlocks).isZero();
  }

  /** A turn from submit to its saved end, whatever stands in the way on the way there. */
  private TurnId live(SessionKey where, int way) {
    Submission submission =
        submission(where, "one", UUID.randomUUID().toString(), Duration.ofMinutes(10));
    TurnId turn = submission.turn();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            switch (patiently(() -> turns.submit(submission))) {
              case SubmitResult.Accepted accepted -> true;
              case SubmitResult.Repeated repeated -> true;
              case SubmitResult.Waiting waiting -> throw new AssertionError(waiting);
              case SubmitResult.Busy busy -> false;
              case SubmitResult.TooManyWaiting full -> throw new AssertionError(full);
              case SubmitResult.TooMany tooMany -> throw new AssertionError(tooMany);
              case SubmitResult.WrongResults wrong -> throw new AssertionError(wrong);
              case SubmitResult.KeyMismatch mismatch -> throw new AssertionError(mismatch);
            });
    ClaimResult claimed = patiently(() -> turns.claim(claimOf(turn, 1, "t")));
    long epoch = ((ClaimResult.Claimed) claimed).epoch();
    Ending ending =
        switch (way) {
          case 0 -> cancel(turn);
          case 1 -> expire(turn);
          case 2 -> failed(turn, epoch, text("par"));
          default -> ended(turn, epoch, text("1"));
        };
    patiently(() -> turns.finish(ending));
    patiently(() -> {
      turns.saveAnswer(turn, text("par"), null, null, false);
      return true;
    });
    return turn;
  }

  /**
   * Repeats while the store says that it can't now: the answer must then be that of the first time.
   */
  static <T> T patiently(Supplier<T> call) {
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

  @Test
  void all_aLockThatSomebodyHoldsIsWaitedForWithinBounds() throws Exception {
    ActiveTurn turn = submit("one");

    try (Connection holder = fixture.dataSource.getConnection();
        PreparedStatement lock =
            holder.prepareStatement("SELECT 1 FROM sessions WHERE id = ? FOR UPDATE")) {
      holder.setAutoCommit(false);
      lock.setString(1, session.session().value());
      lock.execute();
      long before = System.nanoTime();

      assertThatThrownBy(() -> turns.claim(claimOf(turn.turn(), 1, "t")))
          .isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> turns.submit(submission("two")))
          .isInstanceOf(StoreUnavailableException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
      holder.rollback();
    }
    assertThat(turns.claim(claimOf(turn.turn(), 1, "t"))).isInstanceOf(ClaimResult.Claimed.class);
  }

  static <T> List<T> atOnce(List<? extends Callable<T>> calls) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
