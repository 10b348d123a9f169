package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.DeleteResult.Deleted;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link SessionStore#delete}: what it ends, what it hides, what it keeps. */
abstract class SessionDeleteContract extends TurnStoreContract {
  private static final int MANY = 100_000;

  private Deleted delete() {
    return (Deleted) sessions.delete(session);
  }

  @Test
  void delete_ofAnUnknownOrAnothersSessionChangesNothing() {
    ActiveTurn turn = submit("one");

    assertThat(sessions.delete(newSession())).isEqualTo(new DeleteResult.Unknown());
    assertThat(sessions.delete(new SessionKey(new Owner("eve"), session.session())))
        .isEqualTo(new DeleteResult.Unknown());
    assertThat(status(turn.turn())).isEqualTo(TurnStatus.ACCEPTED);
  }

  @Test
  void delete_cancelsWhatIsActiveAndWhatWaitsInTheOrderOfTheirIds() {
    ActiveTurn active = submit("one");
    claim(active.turn());
    TurnId second = enqueue("two");
    TurnId third = enqueue("three");

    assertThat(delete().cancelled()).containsExactly(active.turn(), second, third);

    assertThat(turns.endState(active.turn())).isInstanceOf(EndState.Unsaved.class);
    assertThat(saved(second).finalEpoch()).isEqualTo(9);
    assertThat(saved(third).finalEpoch()).isEqualTo(13);
    assertThat(sweep.due(Duration.ZERO, MANY)).noneMatch(job -> job.session().equals(session));
  }

  @Test
  void delete_hidesAllThereIsAtOnce() {
    TurnId ended = play("one", "1").turn();
    TurnId active = submit("two").turn();
    var message = reader.messages(session, 1, null).getFirst().id();

    delete();

    assertThat(reader.session(session)).isNull();
    assertThat(reader.turn(session, ended)).isNull();
    assertThat(reader.turn(session, active)).isNull();
    assertThat(reader.messages(session, 10, null)).isNull();
    assertThat(reader.messages(session, 10, message)).isNull();
    assertThat(reader.epochs(List.of(session))).isEmpty();
    assertThat(sessions.summary(session)).isNull();
    assertThat(sessions.list(session.owner(), MANY, null))
        .extracting(SessionSummary::session)
        .doesNotContain(session.session());
    assertThat(sessions.live(session.owner(), MANY))
        .extracting(LiveTurn::turn)
        .doesNotContain(active);
    assertThat(sessions.rename(session, "Mine")).isFalse();
  }

  @Test
  void delete_leavesReadersWhatTheyNeedToLearnOfTheEnd() {
    TurnId active = submit("one").turn();
    TurnId waiting = enqueue("two");

    delete();

    assertThat(reader.turnForReader(session, waiting).status()).isEqualTo(TurnStatus.CANCELLED);
    assertThat(reader.after(session, EntryId.ZERO, 10))
        .extracting(past -> past.turn().turn())
        .containsExactly(active, waiting);
  }

  @Test
  void delete_repeatedGivesTheSameAnswerAndCancelsNothing() {
    submit("one");
    delete();

    assertThat(sessions.delete(session)).isEqualTo(new Deleted(List.of()));
  }

  @Test
  void claim_ofADeletedTurnFindsItEnded() {
    TurnId turn = submit("one").turn();

    delete();

    assertThat(turns.claim(claimOf(turn, 1, "token"))).isEqualTo(new ClaimResult.Ended(null));
  }

  @Test
  void finish_ofAnAttemptAfterTheDeletionSavesNothing() {
    TurnId turn = submit("one").turn();
    long epoch = claim(turn).epoch();
    delete();

    FinishResult result = turns.finish(ended(turn, epoch, text("late")));

    assertThat(result).isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.CANCELLED));
    assertThat(reader.turnForReader(session, turn).answer()).isNull();
  }

  @Test
  void submit_afterTheDeletionMakesTheSessionAnewWithHigherIds() {
    play("one", "1");
    long before = reader.session(session).epoch();
    sessions.rename(session, "Mine");
    delete();
    pass(Duration.ofSeconds(1));

    ActiveTurn anew = submit("two");

    assertThat(anew.userEpoch()).isEqualTo(before + 1);
    assertThat(reader.session(session))
        .isEqualTo(new SessionView(before + 1, anew, 0, before, null));
    assertThat(reader.messages(session, 10, null)).hasSize(1);
    assertThat(reader.messages(session, 10, null).getFirst().parent()).isNull();
    SessionSummary summary = sessions.summary(session);
    assertThat(summary.title()).isEqualTo("two");
    assertThat(summary.turns()).isEqualTo(1);
    assertThat(summary.createdAt()).isEqualTo(summary.updatedAt());
    assertThat(claim(anew.turn()).history()).isEmpty();
  }

  @Test
  void submit_underADeletedTurnsKeyIsANewTurn() {
    Submission first = keyed("key-" + UUID.randomUUID());
    accepted(turns.submit(first));
    delete();

    Submission again = keyed(first.idempotencyKey());
    SubmitResult.Accepted anew = accepted(turns.submit(again));

    assertThat(anew.turn().turn()).isNotEqualTo(first.turn());
    assertThat(turns.submit(keyed(first.idempotencyKey())))
        .isEqualTo(new SubmitResult.Repeated(session, again.turn(), TurnStatus.ACCEPTED));
  }

  @Test
  void submit_repeatedAfterALostReplyIsStillTheTurnThatWasDeleted() {
    Submission submission = keyed("key-" + UUID.randomUUID());
    accepted(turns.submit(submission));
    delete();

    assertThat(turns.submit(submission))
        .isEqualTo(new SubmitResult.Repeated(session, submission.turn(), TurnStatus.CANCELLED));
    assertThat(reader.session(session)).isNull();
  }

  private Submission keyed(String key) {
    return submission(session, "hello", key, Duration.ofMinutes(10));
  }

  @Test
  void saveAnswer_afterTheDeletionIsSeenByNobody() {
    TurnId turn = submit("one").turn();
    delete();

    turns.saveAnswer(turn, text("so far"), null, null, false);
    submit("two");

    assertThat(reader.messages(session, 10, null)).hasSize(1);
    assertThat(reader.turn(session, turn)).isNull();
  }

  @Test
  void withdraw_takesTheSessionWithTheLastOfItsTurnsWhereThatIsWanted() {
    TurnId first = play("one", "1").turn();
    TurnId second = submit("two").turn();

    assertThat(sessions.withdraw(session, first, true)).isEqualTo(new Deleted(List.of()));
    assertThat(sessions.withdraw(session, first, true)).isEqualTo(new Deleted(List.of()));
    assertThat(reader.session(session)).isNotNull();
    assertThat(sessions.withdraw(session, second, false)).isEqualTo(new Deleted(List.of()));
    assertThat(status(second)).isEqualTo(TurnStatus.ACCEPTED);

    assertThat(sessions.withdraw(session, second, true)).isEqualTo(new Deleted(List.of(second)));

    assertThat(reader.session(session)).isNull();
    assertThat(sessions.withdraw(session, second, true)).isEqualTo(new DeleteResult.Unknown());
  }

  @Test
  void withdraw_ofAnUnknownOrAnothersTurnChangesNothing() {
    TurnId turn = play("one", "1").turn();
    SessionKey stranger = new SessionKey(new Owner("eve"), session.session());

    for (SessionKey other : List.of(stranger, newSession())) {
      assertThat(sessions.withdraw(other, turn, true)).isEqualTo(new DeleteResult.Unknown());
    }
    assertThat(sessions.withdraw(session, TurnId.make(), true))
        .isEqualTo(new DeleteResult.Unknown());
    assertThat(reader.asked(session.owner(), turn)).isNotNull();
  }
}
