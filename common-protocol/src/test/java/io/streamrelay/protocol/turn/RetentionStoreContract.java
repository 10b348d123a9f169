package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.RetentionStore.Removable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link RetentionStore}. Other tests' sessions may be in the store too. */
abstract class RetentionStoreContract extends TurnStoreContract {
  private static final int MANY = 100_000;
  private static final Duration AGE = Duration.ofDays(30);

  private void passGrace() {
    pass(SessionStore.GRACE.plusMillis(1));
  }

  @Test
  void removable_areDeletedSessionsOnceTheirReadersHadTime() {
    play("one", "1");
    Removable removable = new Removable(session, reader.session(session).epoch());
    sessions.delete(session);
    assertThat(retention.removable(MANY)).doesNotContain(removable);

    passGrace();

    assertThat(retention.removable(MANY)).contains(removable);
    assertThat(retention.remove(session, 10)).isEqualTo(1);
    assertThat(retention.removable(MANY)).doesNotContain(removable);
  }

  @Test
  void removable_waitForATurnThatIsNotSavedYetButNotForEver() {
    TurnId turn = submit("one").turn();
    sessions.delete(session);
    passGrace();
    assertThat(retention.removable(MANY)).noneMatch(this::isOurs);

    pass(Duration.ofHours(1));
    assertThat(retention.removable(MANY)).anyMatch(this::isOurs);
    turns.saveAnswer(turn, text(""), null, null, false);
    assertThat(retention.removable(MANY)).anyMatch(this::isOurs);
  }

  private boolean isOurs(Removable removable) {
    return removable.session().equals(session);
  }

  @Test
  void remove_takesATurnWithAllThatBelongsToIt() {
    TurnId turn = play("one", "1").turn();
    sessions.delete(session);
    assertThat(retention.remove(session, 10)).isZero();
    assertThat(turns.endState(turn)).isNotNull();

    passGrace();

    assertThat(retention.remove(session, 10)).isEqualTo(1);
    assertThat(turns.endState(turn)).isNull();
    assertThat(reader.turnForReader(session, turn)).isNull();
    assertThat(reader.after(session, EntryId.ZERO, 10)).isEmpty();
  }

  @Test
  void remove_isBoundedAndRepeatable() {
    for (int i = 0; i < 3; i++) {
      play("question " + i, "answer");
    }
    sessions.delete(session);
    passGrace();

    assertThat(retention.remove(session, 2)).isEqualTo(2);
    assertThat(retention.removable(MANY)).anyMatch(this::isOurs);
    assertThat(retention.remove(session, 2)).isEqualTo(1);
    assertThat(retention.removable(MANY)).noneMatch(this::isOurs);
    assertThat(retention.remove(session, 2)).isZero();
  }

  @Test
  void remove_sparesWhatWasSaidSinceTheSessionWasMadeAnew() {
    play("one", "1");
    sessions.delete(session);
    ActiveTurn anew = submit("two");
    passGrace();

    assertThat(retention.remove(session, 10)).isEqualTo(1);

    assertThat(reader.session(session).active()).isEqualTo(anew);
    assertThat(reader.messages(session, 10, null)).hasSize(1);
  }

  @Test
  void remove_keepsTheCountersSoThatIdsNeverReturn() {
    play("one", "1");
    long epoch = reader.session(session).epoch();
    sessions.delete(session);
    passGrace();
    retention.remove(session, 10);

    assertThat(submit("two").userEpoch()).isEqualTo(epoch + 1);
    assertThat(sessions.summary(session).turns()).isEqualTo(1);
  }

  @Test
  void remove_ofASessionDeletedAgainWaitsForItsReadersToo() {
    play("one", "1");
    sessions.delete(session);
    passGrace();
    TurnId second = play("two", "2").turn();
    sessions.delete(session);

    assertThat(retention.remove(session, 10)).isZero();

    assertThat(reader.turnForReader(session, second)).isNotNull();
  }

  @Test
  void everythingLate_ofARemovedTurnFindsNoTurn() {
    TurnId turn = submit("one").turn();
    long epoch = claim(turn).epoch();
    sessions.delete(session);
    turns.saveAnswer(turn, text(""), null, null, false);
    passGrace();
    retention.remove(session, 10);

    assertThat(turns.finish(ended(turn, epoch, text("late"))))
        .isEqualTo(new FinishResult.Unknown());
    assertThat(turns.claim(claimOf(turn, 2, "late"))).isEqualTo(new ClaimResult.NotDue());
    turns.saveAnswer(turn, text("late"), null, null, false);
    turns.recordAttempt(
        turn, epoch, new AttemptRecord("demo", "demo", USAGE, "fenced", null, List.of()));
    turns.handOver(turn, epoch);
    assertThat(turns.putOff(turn, epoch, Duration.ZERO)).isFalse();
    assertThat(turns.opening(new ActiveTurn(session, turn, 1), epoch)).isNull();
    assertThat(turns.endState(turn)).isNull();
  }

  @Test
  void deleteIdle_takesSessionsWithoutActivityForSoLong() {
    TurnId turn = play("one", "1").turn();
    pass(AGE.minusSeconds(1));
    retention.deleteIdle(AGE, MANY);
    assertThat(reader.turn(session, turn)).isNotNull();

    pass(Duration.ofSeconds(2));

    assertThat(retention.deleteIdle(AGE, MANY)).isPositive();
    assertThat(retention.deleteIdle(AGE, MANY)).isZero();
    assertThat(reader.session(session)).isNull();
    passGrace();
    assertThat(retention.removable(MANY)).anyMatch(this::isOurs);
  }

  @Test
  void deleteIdle_isBoundedAndBeginsWithTheOldest() {
    retention.deleteIdle(AGE, MANY);
    play("one", "1");
    var older = session;
    pass(Duration.ofSeconds(1));
    session = newSession();
    play("two", "2");
    pass(AGE.plusSeconds(1));

    assertThat(retention.deleteIdle(AGE, 1)).isEqualTo(1);

    assertThat(reader.session(older)).isNull();
    assertThat(reader.session(session)).isNotNull();
  }

  @Test
  void deleteIdle_sparesASessionThatHasALiveTurn() {
    TurnId turn = submit("one").turn();
    pass(AGE.plusDays(1));

    retention.deleteIdle(AGE, MANY);

    assertThat(status(turn)).isEqualTo(TurnStatus.ACCEPTED);
  }

  @Test
  void alone_isForOneAtATime() {
    List<String> ran =
        retention.alone(() -> {
          assertThat((Object) retention.alone(() -> "inner")).isNull();
          return List.of("outer");
        });

    assertThat(ran).containsExactly("outer");
  }

  @Test
  void deleteUnstored_takesOnlySessionsThatAreNotToBeStoredAWhileAfterTheirEnd() {
    Duration age = Duration.ofMinutes(10);
    ActiveTurn kept = play("kept", "1");
    SessionKey keptSession = session;
    session = newSession();
    Submission submission = submission("one").unstored();
    TurnId turn = submission.turn();
    assertThat(turns.submit(submission)).isInstanceOf(SubmitResult.Accepted.class);
    assertThat(turns.submit(submission)).isInstanceOf(SubmitResult.Repeated.class);
    pass(age.plusSeconds(1));
    retention.deleteUnstored(age, MANY);
    assertThat(reader.turn(session, turn)).as("it runs").isNotNull();
    turns.finish(cancel(turn));
    turns.saveAnswer(turn, text(""), null, null, false);
    retention.deleteUnstored(age, MANY);
    assertThat(reader.turn(session, turn)).as("it has just ended").isNotNull();

    pass(age.plusSeconds(1));
    assertThat(retention.deleteUnstored(age, MANY)).isPositive();

    assertThat(reader.session(session)).isNull();
    assertThat(reader.turn(keptSession, kept.turn())).isNotNull();
    passGrace();
    assertThat(retention.removable(MANY)).anyMatch(this::isOurs);
    assertThat(retention.deleteUnstored(age, MANY)).isZero();
  }

  @Test
  void deleteUnstored_passesOverASessionThatIsDeletedAlready() {
    turns.submit(submission("one").unstored());
    sessions.delete(session);
    pass(Duration.ofMinutes(11));

    retention.deleteUnstored(Duration.ofMinutes(10), MANY);

    assertThat(retention.deleteUnstored(Duration.ZERO, MANY)).isZero();
  }
}
