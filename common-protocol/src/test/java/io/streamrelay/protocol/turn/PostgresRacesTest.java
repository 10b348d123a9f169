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
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

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
              case SubmitResult.Busy busy -> false;
              case SubmitResult.TooMany tooMany -> throw new AssertionError(tooMany);
              case SubmitResult.WrongResults wrong -> throw new AssertionError(wrong);
              case SubmitResult.KeyMismatch mismatch -> throw new AssertionError(mismatch);
            });
    ClaimResult claimed = patiently(() -> turns.claim(claimOf(turn, 1, "t")));
    long epoch = ((ClaimResult.Claimed) claimed).epoch();
    patiently(() -> {
      turns.firstChunk(turn, epoch);
      return true;
    });
    Ending ending =
        switch (way) {
          case 0 -> cancel(turn);
          case 1 -> expire(turn);
          case 2 -> failed(turn, epoch, text("par"));
          default -> ended(turn, epoch, text("1"));
        };
    patiently(() -> turns.finish(ending));
    patiently(() -> {
      turns.saveAnswer(turn, text("par"), null, false);
      return true;
    });
    return turn;
  }

  /**
   * Repeats while the store says that it can't now: the answer must then be that of the first time.
   */
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

  private static <T> List<T> atOnce(List<? extends Callable<T>> calls) {
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
