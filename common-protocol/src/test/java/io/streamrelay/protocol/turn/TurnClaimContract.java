package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link TurnStore#claim}, and what puts a turn back: hand over, put off. */
abstract class TurnClaimContract extends TurnStoreContract {

  @Test
  void claim_raisesTheEpochAndCountsTheAttempt() {
    Submission one = submission("one");
    turns.submit(one);

    ClaimResult.Claimed claimed = claim(one.turn());

    assertThat(claimed.turn()).isEqualTo(new ActiveTurn(session, one.turn(), 1));
    assertThat(claimed.epoch()).isEqualTo(2);
    assertThat(claimed.attempt()).isEqualTo(1);
    assertThat(claimed.reset()).isFalse();
    assertThat(claimed.request()).isEqualTo(REQUEST);
    assertThat(claimed.user()).isEqualTo(new UserMessage(one.turn(), one.messageId(), one.parts()));
    assertThat(claimed.history()).isEmpty();
    assertThat(claimed.remaining()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    assertThat(claimed.sinceSubmit()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    assertThat(status(one.turn())).isEqualTo(TurnStatus.RUNNING);
  }

  @Test
  void claim_givesTheRequestBackAsItWas() {
    TurnRequest request =
        new TurnRequest(
            "mock-1",
            "Be brief.",
            new Parameters(0.7, 0.95, 400, List.of("\n\n"), 17L, ReasoningEffort.MINIMAL),
            List.of(new Utterance(Role.SYSTEM, List.of(new Part.Text("before")))),
            List.of(new Passage("found", "A \"title\""), new Passage("é", null)),
            Lane.BATCH,
            new Tools(
                List.of(
                    new Tools.Tool("f", "does it", "{\"b\":1,\"a\":[\"\\u00e9\"]}"),
                    new Tools.Tool("g", null, null)),
                new Tools.Choice(Tools.Mode.NAMED, "g"),
                false),
            new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "n", "{\"b\":1,\"a\":2}", true),
            Map.of("order.no", "7", "note", "a \"b\" é"));
    play("not asked for", "nor this");
    Submission one =
        new Submission(
            session,
            TurnId.make(),
            MessageId.make(),
            List.of(new Part.Text("one")),
            request,
            null,
            "hash",
            Duration.ofMinutes(1));
    turns.submit(one);

    ClaimResult.Claimed claimed = claim(one.turn());

    assertThat(claimed.request()).isEqualTo(request);
    assertThat(view(one.turn()).metadata()).isEqualTo(request.metadata());
    assertThat(claimed.history()).isEmpty();
  }

  @Test
  void claim_repeatedWithItsTokenIsTheSameClaim() {
    play("one", "1");
    ActiveTurn turn = submit("two");
    ClaimResult first = turns.claim(claimOf(turn.turn(), 1, "token"));

    ClaimResult.Claimed again = (ClaimResult.Claimed) turns.claim(claimOf(turn.turn(), 1, "token"));

    assertThat(again)
        .usingRecursiveComparison()
        .ignoringFields("remaining", "sinceSubmit")
        .isEqualTo(first);
    assertThat(again.history()).hasSize(2);
    assertThat(view(turn.turn()).attempts()).hasSize(1);
  }

  @Test
  void claim_ofTheSameJobAgainIsTheNextAttempt() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());

    ClaimResult.Claimed second = claim(turn.turn());

    assertThat(second.epoch()).isEqualTo(3);
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.reset()).isTrue();
  }

  @Test
  void claim_underAnotherJobIsToldWhoHoldsIt() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());

    ClaimResult result = turns.claim(claimOf(turn.turn(), 2, "other"));

    assertThat(result).isEqualTo(new ClaimResult.HeldByOther(job(1), "worker-1"));
    assertThat(reader.session(session).epoch()).isEqualTo(2);
  }

  @Test
  void claim_namingTheDeadJobTakesTheTurn() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());

    ClaimResult result =
        turns.claim(new ClaimRequest(turn.turn(), job(2), "worker-2", "other", job(1)));

    assertThat(((ClaimResult.Claimed) result).attempt()).isEqualTo(2);
    assertThat(turns.claim(new ClaimRequest(turn.turn(), job(3), "w", "third", job(1))))
        .isEqualTo(new ClaimResult.HeldByOther(job(2), "worker-2"));
  }

  @Test
  void claim_ofAnUnknownOrWaitingTurnIsNotDue() {
    submit("one");
    TurnId waiting = enqueue("two");

    assertThat(turns.claim(claimOf(TurnId.make(), 1, "t"))).isEqualTo(new ClaimResult.NotDue());
    assertThat(turns.claim(claimOf(waiting, 1, "t"))).isEqualTo(new ClaimResult.NotDue());
  }

  @Test
  void claim_ofAnEndedTurnSaysSo() {
    ActiveTurn turn = play("one", "1");

    assertThat(turns.claim(claimOf(turn.turn(), 1, "t"))).isEqualTo(new ClaimResult.Ended(null));
  }

  @Test
  void claim_afterThreeAttemptsEndsTheTurn() {
    ActiveTurn turn = submit("one");
    TurnId waiting = enqueue("two");
    IntStream.range(0, 3).forEach(i -> claim(turn.turn()));

    ClaimResult result = turns.claim(claimOf(turn.turn(), 1, "fourth"));

    assertThat(result)
        .isInstanceOfSatisfying(
            ClaimResult.Ended.class,
            ended -> {
              assertThat(ended.now()).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
              assertThat(ended.promotion().next().turn())
                  .isEqualTo(new ActiveTurn(session, waiting, 8));
            });
    assertThat(turns.claim(claimOf(turn.turn(), 1, "fifth")))
        .isEqualTo(new ClaimResult.Ended(null));
    assertThat(view(turn.turn()).failureCode()).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
    assertThat(status(turn.turn())).isEqualTo(TurnStatus.FAILED);
    assertThat(status(waiting)).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(turns.endState(turn.turn()))
        .isInstanceOfSatisfying(
            EndState.Unsaved.class,
            unsaved -> assertThat(unsaved.finalEpoch()).isEqualTo(7)); // u 1, e 2 3 4
  }

  @Test
  void claim_withoutTimeLeftEndsTheTurnUnrun() {
    Submission late = submission(session, "one", null, Duration.ofMillis(1900));
    turns.submit(late);

    ClaimResult result = turns.claim(claimOf(late.turn(), 1, "t"));

    assertThat(result).isEqualTo(new ClaimResult.Ended(FailureCode.DEADLINE_EXCEEDED));
    assertThat(view(late.turn()).failureCode()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(view(late.turn()).attempts()).isEmpty();
  }

  @Test
  void claim_ofADuplicateJobEndsNothingThoughAttemptsAreUsedUp() {
    ActiveTurn turn = submit("one");
    IntStream.range(0, 3).forEach(i -> claim(turn.turn()));

    assertThat(turns.claim(claimOf(turn.turn(), 2, "duplicate")))
        .isEqualTo(new ClaimResult.HeldByOther(job(1), "worker-1"));
    assertThat(status(turn.turn())).isEqualTo(TurnStatus.RUNNING);
  }

  @Test
  void goOnUnder_isTheTurnsJobFromThenOn() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    assertThat(turns.goOnUnder(turn.turn(), epoch, job(2))).isTrue();
    assertThat(turns.goOnUnder(turn.turn(), epoch, job(2))).isTrue();

    assertThat(turns.claim(claimOf(turn.turn(), 3, "third")))
        .isEqualTo(new ClaimResult.HeldByOther(job(2), "worker-1"));
  }

  @Test
  void goOnUnder_isOnlyForWhoeverRunsTheTurn() {
    ActiveTurn turn = submit("one");
    long first = claim(turn.turn()).epoch();
    long second = claim(turn.turn()).epoch();

    assertThat(turns.goOnUnder(turn.turn(), first, job(2))).isFalse();
    turns.finish(new Ending.Cancel(turn.turn(), "owner", null));

    assertThat(turns.goOnUnder(turn.turn(), second, job(2))).isFalse();
    assertThat(turns.goOnUnder(TurnId.make(), second, job(2))).isFalse();
  }

  @Test
  void handOver_theNextClaimIsTheSameAttemptUnderANewEpoch() {
    ActiveTurn turn = submit("one");
    IntStream.range(0, 2).forEach(i -> claim(turn.turn()));
    ClaimResult.Claimed third = claim(turn.turn());

    turns.handOver(turn.turn(), third.epoch());
    turns.handOver(turn.turn(), third.epoch());

    ClaimResult.Claimed next = claim(turn.turn());
    assertThat(next.attempt()).isEqualTo(3);
    assertThat(next.epoch()).isEqualTo(third.epoch() + 1);
    assertThat(next.reset()).isTrue();
    assertThat(view(turn.turn()).attempts())
        .extracting(TurnView.Attempt::number)
        .containsExactly(1, 2, 3, 3);
    assertThat(turns.claim(claimOf(turn.turn(), 1, "t")))
        .isEqualTo(new ClaimResult.Ended(FailureCode.ATTEMPTS_EXHAUSTED));
  }

  @Test
  void handOver_ofAnotherEpochDoesNothing() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    turns.handOver(turn.turn(), epoch - 1);
    turns.handOver(TurnId.make(), epoch);

    assertThat(claim(turn.turn()).attempt()).isEqualTo(2);
  }

  @Test
  void putOff_theTurnIsNotDueUntilThen() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    boolean putOff = turns.putOff(turn.turn(), epoch, Duration.ofMillis(300));

    assertThat(putOff).isTrue();
    assertThat(turns.putOff(turn.turn(), epoch, Duration.ofHours(1))).isTrue();
    assertThat(status(turn.turn())).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(turns.claim(claimOf(turn.turn(), 2, "early"))).isEqualTo(new ClaimResult.NotDue());
    pass(Duration.ofMillis(400));
    ClaimResult.Claimed next = (ClaimResult.Claimed) turns.claim(claimOf(turn.turn(), 2, "then"));
    assertThat(next.attempt()).isEqualTo(1);
    assertThat(next.reset()).isTrue();
  }

  @Test
  void putOff_ofAnotherEpochOrAnEndedTurnIsRefused() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    assertThat(turns.putOff(turn.turn(), epoch + 1, Duration.ZERO)).isFalse();
    assertThat(turns.putOff(TurnId.make(), epoch, Duration.ZERO)).isFalse();
    turns.finish(cancel(turn.turn()));
    assertThat(turns.putOff(turn.turn(), epoch, Duration.ZERO)).isFalse();
    assertThat(status(turn.turn())).isEqualTo(TurnStatus.CANCELLED);
  }

  @Test
  void resumePoint_isWhatTheNewestAttemptThatKnewOneNoted() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    assertThat(turns.resumePoint(turn.turn())).isNull();

    turns.noteResumePoint(turn.turn(), epoch, new ResumePoint("openai", "gpt", "resp_0"));
    turns.noteResumePoint(turn.turn(), epoch, new ResumePoint("openai", "gpt", "resp_1"));
    turns.noteResumePoint(turn.turn(), epoch + 1, new ResumePoint("none", "none", "of no attempt"));
    claim(turn.turn());

    assertThat(turns.resumePoint(turn.turn()))
        .isEqualTo(new ResumePoint("openai", "gpt", "resp_1"));
    assertThat(turns.resumePoint(TurnId.make())).isNull();
    assertThat(turns.resumePoint(submitted("other"))).isNull();
  }

  private TurnId submitted(String text) {
    Submission elsewhere = submission(newSession(), text, null, Duration.ofMinutes(10));
    turns.submit(elsewhere);
    return elsewhere.turn();
  }

  @Test
  void claim_tellsWhatWasSaidBeforeOldestFirst() {
    play("one", "1");
    ActiveTurn cancelled = submit("two");
    turns.finish(cancel(cancelled.turn()));
    turns.saveAnswer(cancelled.turn(), text("half"), null, null, false);
    ActiveTurn failed = submit("three");
    turns.finish(failed(failed.turn(), claim(failed.turn()).epoch(), text("bad")));
    ActiveTurn silent = submit("four");
    turns.finish(cancel(silent.turn()));
    turns.saveAnswer(silent.turn(), text(""), null, null, false);

    ClaimResult.Claimed claimed = claim(submit("five").turn());

    assertThat(texts(claimed.history()))
        .containsExactly("user: one", "assistant: 1", "user: two", "assistant: half", "user: four");
  }

  @Test
  void claim_knowsAnAnswerThatWasSavedAfterTheSubmit() {
    ActiveTurn cancelled = submit("one");
    turns.finish(cancel(cancelled.turn()));
    ActiveTurn next = submit("two");
    turns.saveAnswer(cancelled.turn(), text("half"), null, null, false);

    assertThat(texts(claim(next.turn()).history())).containsExactly("user: one", "assistant: half");
    assertThat(reader.messages(session, 10, null))
        .extracting(MessageView::role)
        .containsExactly(Role.USER, Role.ASSISTANT, Role.USER);
  }

  @Test
  void claim_tellsTheNewestMessagesOnly() {
    for (int i = 0; i < TurnStore.HISTORY / 2 + 2; i++) {
      play("question " + i, "answer " + i);
    }

    List<String> history = texts(claim(submit("last").turn()).history());

    assertThat(history).hasSize(TurnStore.HISTORY);
    assertThat(history.getFirst()).isEqualTo("user: question 2");
    assertThat(history.getLast()).isEqualTo("assistant: answer 101");
  }
}
