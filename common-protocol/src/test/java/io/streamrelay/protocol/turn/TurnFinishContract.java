package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.EndedTurn;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@link TurnStore#finish}, {@link TurnStore#saveAnswer}, {@link TurnStore#endState} and the rows
 * of attempts.
 */
abstract class TurnFinishContract extends TurnStoreContract {
  private static final List<Warning> WARNED =
      List.of(
          new Warning(Warning.Code.UNSUPPORTED, "parameters.seed", "p has no \"seed\": é"),
          new Warning(Warning.Code.ADJUSTED, "parameters.reasoningEffort", "p did it otherwise"));

  private static final FinishResult FINISHED = new FinishResult.Finished(null);

  @Test
  void finish_byTheAttemptSavesTextAndTerminalInOne() {
    Submission one = submission("one");
    turns.submit(one);
    long epoch = claim(one.turn()).epoch();
    Snapshot answer =
        new Snapshot("Hello 😀", "thinking", List.of(new ToolCall(0, "c1", "look", "{\"q\":1}")));

    FinishResult result = turns.finish(ended(one.turn(), epoch, answer));

    assertThat(result).isEqualTo(new FinishResult.Finished(saved(one.turn())));

    EndedTurn ended = saved(one.turn());
    assertThat(ended.turn()).isEqualTo(new ActiveTurn(session, one.turn(), 1));
    assertThat(ended.finalEpoch()).isEqualTo(5);
    assertThat(ended.last()).isEqualTo(new EntryId(2, 1));
    assertThat(ended.user().messageId()).isEqualTo(one.messageId());
    assertThat(ended.reset()).isEqualTo(new AttemptStarted(one.turn(), 1, "demo", true));
    assertThat(ended.snapshot()).isEqualTo(answer);
    assertThat(ended.terminal())
        .isInstanceOfSatisfying(
            Ended.class,
            end -> {
              assertThat(end.finishReason()).isEqualTo(FinishReason.STOP);
              assertThat(end.usage()).isEqualTo(USAGE);
              assertThat(end.provider()).isEqualTo("demo");
              assertThat(end.model()).isEqualTo("demo-1");
              assertThat(end.length()).isEqualTo(8);
              assertThat(end.sha256()).isEqualTo(Answer.sha256("Hello 😀"));
              assertThat(end.messageId()).isEqualTo(view(one.turn()).answerMessage());
            });
    assertThat(view(one.turn()).answer())
        .containsExactly(
            new Part.Reasoning("thinking"),
            new Part.Text("Hello 😀"),
            new Part.ToolCall(0, "c1", "look", "{\"q\":1}"));
  }

  @Test
  void finish_byTheAttemptRepeatedIsFinished() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    turns.finish(ended(turn.turn(), epoch, text("1")));
    EndedTurn before = saved(turn.turn());

    assertThat(turns.finish(ended(turn.turn(), epoch, text("1")))).isEqualTo(FINISHED);

    assertThat(saved(turn.turn())).isEqualTo(before);
    assertThat(reader.session(session).epoch()).isEqualTo(5);
  }

  @Test
  void finish_byAnEarlierAttemptIsNotOurs() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    claim(turn.turn());

    assertThat(turns.finish(ended(turn.turn(), epoch, text("1"))))
        .isEqualTo(new FinishResult.NotOurs());
    assertThat(status(turn.turn())).isEqualTo(TurnStatus.RUNNING);
  }

  @Test
  void finish_byAnAttemptThatWasPutOffIsNotOurs() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    turns.putOff(turn.turn(), epoch, Duration.ofMinutes(1));

    assertThat(turns.finish(ended(turn.turn(), epoch, text("1"))))
        .isEqualTo(new FinishResult.NotOurs());
  }

  @Test
  void finish_byTheAttemptOfACancelledTurnIsAlreadyEnded() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    turns.finish(cancel(turn.turn()));

    assertThat(turns.finish(ended(turn.turn(), epoch, text("1"))))
        .isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.CANCELLED));
    assertThat(turns.endState(turn.turn())).isInstanceOf(EndState.Unsaved.class);
  }

  @Test
  void finish_ofAnUnknownTurnSaysSo() {
    TurnId none = TurnId.make();

    assertThat(turns.finish(cancel(none))).isEqualTo(new FinishResult.Unknown());
    assertThat(turns.finish(ended(none, 2, text("1")))).isEqualTo(new FinishResult.Unknown());
    assertThat(turns.endState(none)).isNull();
  }

  @Test
  void finish_byTheAttemptAsFailedKeepsThePartialText() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    assertThat(turns.finish(failed(turn.turn(), epoch, text("par"))))
        .isEqualTo(new FinishResult.Finished(saved(turn.turn())));

    assertThat(saved(turn.turn()).snapshot()).isEqualTo(text("par"));
    assertThat(saved(turn.turn()).terminal())
        .isEqualTo(
            new Failed(
                turn.turn(),
                FailureCode.PROVIDER_TIMEOUT,
                "The provider fell silent.",
                true,
                view(turn.turn()).answerMessage(),
                3,
                Answer.sha256("par"),
                null));
  }

  @Test
  void finish_withNothingSaidWritesAMessageOnlyIfItEndedWell() {
    ActiveTurn failed = submit("one");
    turns.finish(failed(failed.turn(), claim(failed.turn()).epoch(), Snapshot.EMPTY));
    ActiveTurn ended = submit("two");
    turns.finish(ended(ended.turn(), claim(ended.turn()).epoch(), Snapshot.EMPTY));

    assertThat(view(failed.turn()).answerMessage()).isNull();
    assertThat(((Failed) saved(failed.turn()).terminal()).messageId()).isNull();
    assertThat(view(ended.turn()).answer()).isEmpty();
    assertThat(((Ended) saved(ended.turn()).terminal()).messageId()).isNotNull();
  }

  @Test
  void finish_byCancelLeavesTheTextToBeSaved() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());

    assertThat(turns.finish(cancel(turn.turn()))).isEqualTo(FINISHED);

    assertThat(turns.endState(turn.turn()))
        .isEqualTo(new EndState.Unsaved(turn, 5, Outcome.CANCELLED, "worker-1"));
    assertThat(view(turn.turn()).cancelledBy()).isEqualTo("owner");
    assertThat(turns.finish(cancel(turn.turn()))).isEqualTo(FINISHED);
    assertThat(turns.finish(expire(turn.turn())))
        .isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.CANCELLED));
    assertThat(reader.session(session).epoch()).isEqualTo(5);
  }

  @Test
  void finish_ofATurnThatNobodyClaimedNamesNoWorker() {
    ActiveTurn turn = submit("one");

    turns.finish(expire(turn.turn()));

    assertThat(turns.endState(turn.turn()))
        .isEqualTo(new EndState.Unsaved(turn, 4, Outcome.FAILED, null));
  }

  @Test
  void finish_byCancelOfAnEndedTurnChangesNothing() {
    ActiveTurn turn = play("one", "1");

    assertThat(turns.finish(cancel(turn.turn())))
        .isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.ENDED));
    assertThat(turns.finish(expire(turn.turn())))
        .isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.ENDED));
    assertThat(saved(turn.turn()).terminal()).isInstanceOf(Ended.class);
  }

  @Test
  void finish_keepsIntoWhichEntriesTheAnswerWasCut() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    ChunkBorders borders = ChunkBorders.of(List.of(new Text("on"), new Text("ce")));
    Ending.ByAttempt end = ended(turn.turn(), epoch, text("once"));

    FinishResult result =
        turns.finish(
            new Ending.ByAttempt(
                turn.turn(),
                epoch,
                end.outcome(),
                end.answer(),
                new EntryId(epoch, 2),
                borders,
                null));

    assertThat(saved(turn.turn()).borders()).isEqualTo(borders);
    assertThat(result)
        .isInstanceOfSatisfying(
            FinishResult.Finished.class,
            finished -> assertThat(finished.saved()).isEqualTo(saved(turn.turn())));
    assertThat(saved(turn.turn()).after(new EntryId(epoch, 1)).getFirst())
        .isEqualTo(new Entry(new EntryId(epoch, 2), new Text("ce")));
  }

  @Test
  void saveAnswer_keepsIntoWhichEntriesTheAnswerWasCut() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());
    turns.finish(cancel(turn.turn()));
    ChunkBorders borders = ChunkBorders.of(List.of(new Text("ha"), new Text("lf")));

    turns.saveAnswer(turn.turn(), text("half"), new EntryId(2, 2), borders, false);

    assertThat(saved(turn.turn()).borders()).isEqualTo(borders);
  }

  @Test
  void saveAnswer_theFirstOneStands() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());
    turns.finish(cancel(turn.turn()));

    turns.saveAnswer(turn.turn(), text("half"), new EntryId(2, 3), null, true);
    turns.saveAnswer(turn.turn(), text("another"), null, null, false);

    EndedTurn saved = saved(turn.turn());
    assertThat(saved.snapshot()).isEqualTo(text("half"));
    assertThat(saved.last()).isEqualTo(new EntryId(2, 3));
    assertThat(saved.terminal())
        .isEqualTo(
            new Cancelled(
                turn.turn(),
                "owner",
                "changed my mind",
                view(turn.turn()).answerMessage(),
                4,
                Answer.sha256("half"),
                true));
    assertThat(view(turn.turn()).partialLost()).isTrue();
  }

  @Test
  void saveAnswer_withNothingSaidWritesNoMessage() {
    ActiveTurn turn = submit("one");
    turns.finish(expire(turn.turn()));

    turns.saveAnswer(turn.turn(), Snapshot.EMPTY, new EntryId(1, 0), null, false);

    assertThat(saved(turn.turn()).terminal())
        .isEqualTo(
            new Failed(
                turn.turn(),
                FailureCode.DEADLINE_EXCEEDED,
                "Too late.",
                true,
                null,
                0,
                Answer.sha256(""),
                null));
    assertThat(saved(turn.turn()).reset().attempt()).isEqualTo(1);
    assertThat(reader.messages(session, 10, null)).hasSize(1);
  }

  @Test
  void saveAnswer_toATurnThatIsNotEndedDoesNothing() {
    ActiveTurn turn = submit("one");
    TurnId waiting = enqueue("two");

    turns.saveAnswer(turn.turn(), text("x"), null, null, false);
    turns.saveAnswer(waiting, text("x"), null, null, false);
    turns.saveAnswer(TurnId.make(), text("x"), null, null, false);

    assertThat(turns.endState(turn.turn())).isEqualTo(new EndState.NotEnded());
    assertThat(turns.endState(waiting)).isEqualTo(new EndState.NotEnded());
    assertThat(view(turn.turn()).savedAt()).isNull();
  }

  @Test
  void saveAnswer_toATurnThatEndedWellDoesNothing() {
    ActiveTurn turn = play("one", "1");

    turns.saveAnswer(turn.turn(), text("x"), null, null, true);

    assertThat(saved(turn.turn()).snapshot()).isEqualTo(text("1"));
    assertThat(view(turn.turn()).partialLost()).isFalse();
  }

  @Test
  void saveAnswer_takesALongText() {
    String chunk = "0123456789abcde😀\u2028\"\\\n";
    String odd = chunk.repeat((1 << 20) / chunk.length());
    ActiveTurn turn = submit("one");
    turns.finish(cancel(turn.turn()));

    turns.saveAnswer(turn.turn(), text(odd), null, null, false);

    assertThat(saved(turn.turn()).snapshot().text()).isEqualTo(odd);
  }

  @Test
  void finish_makesTheOldestWaitingTurnActive() {
    ActiveTurn first = submit("one");
    TurnId second = enqueue("two");
    TurnId third = enqueue("three");

    FinishResult result = turns.finish(cancel(first.turn())); // u 1, f 4

    assertThat(result)
        .isEqualTo(
            new FinishResult.Finished(null, new Promotion(List.of(), activated(second, 5, 1))));
    assertThat(reader.session(session))
        .isEqualTo(new SessionView(5, new ActiveTurn(session, second, 5), 1));
    assertThat(status(second)).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(status(third)).isEqualTo(TurnStatus.WAITING);
  }

  /** What is to be told of a turn that has become active after the session's first. */
  private Activation activated(TurnId turn, long userEpoch, long keepFrom) {
    TurnView view = view(turn);
    List<Part> said =
        reader.messages(session, 20, null).stream()
            .filter(message -> message.id().equals(view.userMessage()))
            .findFirst()
            .orElseThrow()
            .parts();
    return new Activation(
        new ActiveTurn(session, turn, userEpoch),
        new UserMessage(turn, view.userMessage(), said),
        keepFrom,
        Lane.INTERACTIVE,
        null);
  }

  @Test
  void finish_byTheAttemptMakesTheNextActiveAndItsHistoryKnowsTheAnswer() {
    ActiveTurn first = submit("one");
    TurnId second = enqueue("two");
    TurnId third = enqueue("three");

    FinishResult result = turns.finish(ended(first.turn(), claim(first.turn()).epoch(), text("1")));

    assertThat(result)
        .isEqualTo(
            new FinishResult.Finished(
                saved(first.turn()), new Promotion(List.of(), activated(second, 6, 1))));
    ClaimResult.Claimed claimed = claim(second);
    assertThat(claimed.turn().userEpoch()).isEqualTo(6);
    assertThat(texts(claimed.history())).containsExactly("user: one", "assistant: 1");
    turns.finish(ended(second, claimed.epoch(), text("2")));
    assertThat(texts(claim(third).history()))
        .containsExactly("user: one", "assistant: 1", "user: two", "assistant: 2");
  }

  @Test
  void finish_ofAWaitingTurnWritesItsStatusAndAnEmptyTextOnly() {
    submit("one");
    TurnId cancelled = enqueue("two");
    TurnId expired = enqueue("three");

    assertThat(turns.finish(cancel(cancelled))).isEqualTo(FINISHED);
    assertThat(turns.finish(expire(expired))).isEqualTo(FINISHED);

    assertThat(reader.session(session).epoch()).isEqualTo(1);
    assertThat(turns.endState(cancelled)).isEqualTo(new EndState.Unrun());
    assertThat(turns.endState(expired)).isEqualTo(new EndState.Unrun());
    assertThat(view(cancelled).userEpoch()).isNull();
    assertThat(view(cancelled).textLength()).isZero();
    assertThat(view(cancelled).savedAt()).isNotNull();
    assertThat(turns.finish(cancel(cancelled))).isEqualTo(FINISHED);
    assertThat(turns.finish(ended(expired, 2, text("x"))))
        .isEqualTo(new FinishResult.AlreadyEnded(TurnStatus.FAILED));
  }

  @Test
  void finish_numbersTheTurnsThatEndedWhileTheyWaited() {
    ActiveTurn first = submit("one");
    TurnId second = enqueue("two");
    TurnId third = enqueue("three");
    TurnId fourth = enqueue("four");
    turns.finish(cancel(second));
    turns.finish(expire(third));

    Ending end = ended(first.turn(), claim(first.turn()).epoch(), text("1"));
    FinishResult result = turns.finish(end); // f 5

    assertThat(result)
        .isEqualTo(
            new FinishResult.Finished(
                saved(first.turn()),
                new Promotion(List.of(second, third), activated(fourth, 14, 10))));
    assertThat(turns.finish(end)).isEqualTo(FINISHED);
    EndedTurn cancelled = saved(second);
    assertThat(cancelled.turn().userEpoch()).isEqualTo(6);
    assertThat(cancelled.finalEpoch()).isEqualTo(9);
    assertThat(cancelled.last()).isEqualTo(new EntryId(6, 0));
    assertThat(cancelled.terminal())
        .isEqualTo(
            new Cancelled(second, "owner", "changed my mind", null, 0, Answer.sha256(""), null));
    assertThat(saved(third).turn().userEpoch()).isEqualTo(10);
    assertThat(saved(third).finalEpoch()).isEqualTo(13);
    assertThat(reader.session(session))
        .isEqualTo(new SessionView(14, new ActiveTurn(session, fourth, 14), 0));
  }

  @Test
  void recordAttempt_ofAnyEpochIsCountedInTheUsageOnly() {
    ActiveTurn turn = submit("one");
    long fenced = claim(turn.turn()).epoch();
    long epoch = claim(turn.turn()).epoch();
    turns.finish(ended(turn.turn(), epoch, text("1")));
    EndedTurn before = saved(turn.turn());

    turns.recordAttempt(
        turn.turn(),
        fenced,
        new AttemptRecord("other", "m", new Usage(1L, 1L, 2L, null, null), "fenced", null, WARNED));

    assertThat(saved(turn.turn())).isEqualTo(before);
    assertThat(view(turn.turn()).usage()).isEqualTo(new Usage(8L, 4L, 12L, null, null));
    assertThat(view(turn.turn()).attempts())
        .extracting(TurnView.Attempt::outcome)
        .containsExactly("fenced", "ended");
  }

  @Test
  void recordAttempt_ofTheAnswerThatCountsChangesNothing() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    turns.finish(ended(turn.turn(), epoch, text("1")));
    TurnView before = view(turn.turn());

    turns.recordAttempt(
        turn.turn(),
        epoch,
        new AttemptRecord(
            "other", "other", new Usage(1L, 1L, 2L, 1L, 1L), "fenced", Duration.ZERO, WARNED));

    assertThat(view(turn.turn())).isEqualTo(before);
  }

  @Test
  void recordAttempt_nullLeavesWhatWasKnown() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    turns.recordAttempt(
        turn.turn(), epoch, new AttemptRecord("p", "m", USAGE, "put_off", null, WARNED));
    turns.recordAttempt(
        turn.turn(), epoch, new AttemptRecord(null, null, null, "fenced", null, List.of()));
    turns.recordAttempt(
        TurnId.make(), epoch, new AttemptRecord("p", "m", USAGE, "fenced", null, List.of()));

    TurnView.Attempt attempt = view(turn.turn()).attempts().getFirst();
    assertThat(attempt.provider()).isEqualTo("p");
    assertThat(attempt.usage()).isEqualTo(USAGE);
    assertThat(attempt.warnings()).isEqualTo(WARNED);
    assertThat(attempt.outcome()).isEqualTo("fenced");
    assertThat(attempt.endedAt()).isNotNull();
  }

  @Test
  void finish_keepsWhatWasNotDoneAsAsked() {
    ActiveTurn turn = submit("one");
    long fenced = claim(turn.turn()).epoch();
    long epoch = claim(turn.turn()).epoch();
    turns.recordAttempt(
        turn.turn(), fenced, new AttemptRecord("p", "m", null, "fenced", null, List.of()));

    FinishResult result = turns.finish(warned(ended(turn.turn(), epoch, text("1"))));

    EndedTurn saved = saved(turn.turn());
    assertThat(result).isEqualTo(new FinishResult.Finished(saved));
    assertThat(((Ended) saved.terminal()).warnings()).isEqualTo(WARNED);
    assertThat(view(turn.turn()).attempts())
        .extracting(TurnView.Attempt::warnings)
        .containsExactly(List.of(), WARNED);
  }

  @Test
  void finish_keepsWhatWasNotDoneAsAskedOfAFailedTurn() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    turns.finish(warned(failed(turn.turn(), epoch, text(""))));

    assertThat(view(turn.turn()).attempts().getLast().warnings()).isEqualTo(WARNED);
  }

  private static Ending.ByAttempt warned(Ending.ByAttempt end) {
    Generated done = end.outcome();
    return new Ending.ByAttempt(
        end.turn(),
        end.epoch(),
        new Generated(
            done.turn(),
            done.outcome(),
            done.finishReason(),
            done.failureCode(),
            done.failureMessage(),
            done.length(),
            done.sha256(),
            done.usage(),
            done.provider(),
            done.model(),
            WARNED),
        end.answer(),
        end.last(),
        null,
        null);
  }

  @Test
  void finish_tellsWhenTheFirstChunkWasStored() {
    ActiveTurn turn = submit("one");
    pass(Duration.ofMillis(500));
    long epoch = claim(turn.turn()).epoch();
    pass(Duration.ofMillis(1500));

    turns.finish(withFirstChunk(turn.turn(), epoch, Duration.ofMillis(500)));

    Ended end = (Ended) saved(turn.turn()).terminal();
    assertThat(end.timings().queueMillis()).isBetween(500L, 999L);
    assertThat(end.timings().firstChunkMillis()).isEqualTo(end.timings().queueMillis() + 500);
    assertThat(end.timings().totalMillis()).isGreaterThanOrEqualTo(2000L);
  }

  @Test
  void finish_tellsNoFirstChunkAfterTheEnd() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();

    turns.finish(withFirstChunk(turn.turn(), epoch, Duration.ofHours(1)));

    TurnView.Attempt attempt = view(turn.turn()).attempts().getFirst();
    assertThat(attempt.firstChunkAt()).isNotNull().isEqualTo(attempt.endedAt());
  }

  @Test
  void recordAttempt_notesTheFirstChunkOnce() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    pass(Duration.ofSeconds(2));

    turns.recordAttempt(turn.turn(), epoch, lostWithFirstChunk(Duration.ofMillis(700)));
    turns.recordAttempt(turn.turn(), epoch, lostWithFirstChunk(Duration.ofMillis(900)));
    turns.recordAttempt(turn.turn(), epoch, lostWithFirstChunk(null));

    TurnView.Attempt attempt = view(turn.turn()).attempts().getFirst();
    assertThat(attempt.firstChunkAt()).isEqualTo(attempt.startedAt().plusMillis(700));
  }

  private static AttemptRecord lostWithFirstChunk(@Nullable Duration after) {
    return new AttemptRecord("p", "m", USAGE, "fenced", after, List.of());
  }

  private static Ending withFirstChunk(TurnId turn, long epoch, Duration after) {
    Ending.ByAttempt end = ended(turn, epoch, text("1"));
    return new Ending.ByAttempt(turn, epoch, end.outcome(), end.answer(), end.last(), null, after);
  }

  @Test
  void opening_tellsTheUserEntryWhileTheAttemptIsTheTurns() {
    play("one", "1");
    Submission two = submission("two");
    ActiveTurn turn = accepted(turns.submit(two)).turn();
    long epoch = claim(two.turn()).epoch();

    TurnStore.Opening opening = turns.opening(turn, epoch);

    assertThat(opening.user().messageId()).isEqualTo(two.messageId());
    assertThat(opening.user().parts()).isEqualTo(two.parts());
    assertThat(opening.keepFrom()).isEqualTo(1);
    assertThat(turns.opening(turn, epoch - 1)).isNull();
    turns.finish(cancel(turn.turn()));
    assertThat(turns.opening(turn, epoch)).isNull();
  }
}
