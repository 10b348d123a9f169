package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link TurnStore#submit} to a session that is busy, where it isn't just refused. */
abstract class TurnSubmitBusyContract extends TurnStoreContract {
  private static final Duration LONG = Duration.ofMinutes(10);

  private SubmitResult submit(OnBusy onBusy, String text) {
    return turns.submit(onBusy(onBusy, submission(text)));
  }

  @ParameterizedTest
  @EnumSource
  void submit_whereNothingRunsIsAccepted(OnBusy onBusy) {
    SubmitResult first = submit(onBusy, "one");

    assertThat(first)
        .isEqualTo(new SubmitResult.Accepted(reader.session(session).active(), 1, List.of()));
    turns.finish(cancel(accepted(first).turn().turn()));
    assertThat(accepted(submit(onBusy, "two")).turn().userEpoch()).isEqualTo(5);
  }

  @Test
  void enqueue_waitsWithoutIdsAndRaisesNothing() {
    ActiveTurn first = submit("one");

    TurnId second = enqueue("two");
    TurnId third = enqueue("three");

    assertThat(reader.session(session)).isEqualTo(new SessionView(1, first, 2));
    assertThat(status(second)).isEqualTo(TurnStatus.WAITING);
    assertThat(view(second).userEpoch()).isNull();
    assertThat(Duration.between(view(second).createdAt(), view(second).deadline())).isEqualTo(LONG);
    assertThat(turns.endState(third)).isEqualTo(new EndState.NotEnded());
    assertThat(sweep.due(Duration.ZERO, 100_000)).noneMatch(job -> job.turn().equals(second));
    assertThat(texts()).containsExactly("user: one", "user: two", "user: three");
  }

  /** What was said, oldest first. */
  private List<String> texts() {
    return texts(
        reader.messages(session, 100, null).reversed().stream()
            .map(message -> new Utterance(message.role(), message.parts()))
            .toList());
  }

  @Test
  void enqueue_behindOneThatWaitsWhereNoneIsActive() {
    TurnId stranded = strand("one");

    TurnId second = enqueue("two");

    assertThat(sweep.promote(100_000)).isPositive();
    assertThat(status(stranded)).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(status(second)).isEqualTo(TurnStatus.WAITING);
  }

  @Test
  void enqueue_beyondTheBoundIsRefusedUntilOneHasBegun() {
    ActiveTurn first = submit("one");
    List<TurnId> waiting = new ArrayList<>();
    for (int i = 0; i < TurnStore.MAX_WAITING; i++) {
      waiting.add(enqueue("waits " + i));
    }

    SubmitResult ninth = submit(OnBusy.ENQUEUE, "too many");

    assertThat(ninth).isEqualTo(new SubmitResult.TooManyWaiting(first.turn()));
    assertThat(reader.session(session)).isEqualTo(new SessionView(1, first, 8));
    turns.finish(cancel(waiting.getLast()));
    TurnId again = enqueue("one less");
    assertThat(submit(OnBusy.ENQUEUE, "too many")).isInstanceOf(SubmitResult.TooManyWaiting.class);
    turns.finish(cancel(first.turn()));
    enqueue("one less again");
    assertThat(status(again)).isEqualTo(TurnStatus.WAITING);
  }

  @Test
  void enqueue_countsAmongTheCallersTurns() {
    Owner owner = Owner.of(new CallerName("c-" + UUID.randomUUID()));
    SessionKey busy = new SessionKey(owner, new SessionId("busy"));
    turns.submit(submission(busy, "one", null, LONG), 2);
    Submission second = onBusy(OnBusy.ENQUEUE, submission(busy, "two", null, LONG));
    Submission third = onBusy(OnBusy.ENQUEUE, submission(busy, "three", null, LONG));

    assertThat(turns.submit(second, 1)).isEqualTo(new SubmitResult.TooMany());
    assertThat(reader.session(busy).waiting()).isZero();
    assertThat(turns.submit(second, 2)).isInstanceOf(SubmitResult.Waiting.class);
    assertThat(turns.submit(third, 2)).isEqualTo(new SubmitResult.TooMany());
    assertThat(reader.session(busy).epoch()).isEqualTo(1);
    turns.finish(cancel(second.turn()));
    assertThat(turns.submit(third, 2)).isInstanceOf(SubmitResult.Waiting.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"ENQUEUE", "INTERRUPT"})
  void submit_repeatedIsTheSameTurnWhateverHappenedMeanwhile(OnBusy onBusy) {
    ActiveTurn first = submit("one");
    String key = UUID.randomUUID().toString();
    Submission second = onBusy(onBusy, submission(session, "two", key, LONG));
    turns.submit(second);
    for (OnBusy mode : OnBusy.values()) {
      Submission again = onBusy(mode, submission(session, "two", key, LONG));

      assertThat(turns.submit(again, 0))
          .isEqualTo(new SubmitResult.Repeated(session, second.turn(), status(second.turn())));
    }
    assertThat(turns.submit(second)).isInstanceOf(SubmitResult.Repeated.class);
    assertThat(turns.submit(onBusy(onBusy, submission(session, "other", key, LONG))))
        .isEqualTo(new SubmitResult.KeyMismatch(second.turn()));
    long epoch = reader.session(session).epoch();
    turns.finish(cancel(second.turn()));
    turns.finish(cancel(first.turn()));
    TurnId last = accepted(submit(OnBusy.REJECT, "last")).turn().turn();

    assertThat(turns.submit(onBusy(onBusy, submission(session, "two", key, LONG))))
        .isEqualTo(new SubmitResult.Repeated(session, second.turn(), TurnStatus.CANCELLED));
    assertThat(reader.session(session).epoch()).isGreaterThan(epoch);
    assertThat(status(last)).isEqualTo(TurnStatus.ACCEPTED);
  }

  @Test
  void interrupt_cancelsTheActiveTurnAndTakesItsUAfterTheEnd() {
    ActiveTurn first = submit("one");
    claim(first.turn());

    SubmitResult.Accepted second = interrupt("two"); // u 1, e 2, f 5

    assertThat(second.turn().userEpoch()).isEqualTo(6);
    assertThat(second.keepFrom()).isEqualTo(1);
    assertThat(second.interrupted()).containsExactly(first.turn());
    assertThat(turns.endState(first.turn()))
        .isInstanceOfSatisfying(
            EndState.Unsaved.class,
            unsaved -> {
              assertThat(unsaved.finalEpoch()).isEqualTo(5);
              assertThat(unsaved.worker()).isEqualTo("worker-1");
            });
    assertThat(view(first.turn()).cancelledBy()).isEqualTo("owner");
    assertThat(view(first.turn()).cancelReason()).isEqualTo("interrupted");
    assertThat(reader.session(session)).isEqualTo(new SessionView(6, second.turn(), 0));
  }

  @Test
  void interrupt_cancelsWhatWaitsWithoutRunningIt() {
    ActiveTurn first = submit("one");
    TurnId second = enqueue("two");
    TurnId unrun = enqueue("three");
    turns.finish(cancel(unrun));
    TurnId fourth = enqueue("four");

    SubmitResult.Accepted last = interrupt("last"); // u 1, f 4; then 5 and 8, 9 and 12, 13 and 16

    assertThat(last.interrupted()).containsExactly(first.turn(), second, fourth);
    assertThat(last.turn().userEpoch()).isEqualTo(17);
    assertThat(List.of(saved(second), saved(unrun), saved(fourth)))
        .extracting(ended -> ended.turn().userEpoch(), ended -> ended.last().toString())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(5L, "5-0"),
            org.assertj.core.groups.Tuple.tuple(9L, "9-0"),
            org.assertj.core.groups.Tuple.tuple(13L, "13-0"));
    assertThat(view(fourth).attempts()).isEmpty();
    assertThat(view(fourth).cancelReason()).isEqualTo("interrupted");
    assertThat(view(unrun).cancelReason()).isEqualTo("changed my mind");
  }

  @Test
  void interrupt_ofWhatWaitsForNothing() {
    TurnId stranded = strand("one");

    SubmitResult.Accepted last = interrupt("last");

    assertThat(last.interrupted()).containsExactly(stranded);
    assertThat(saved(stranded).finalEpoch()).isEqualTo(4);
    assertThat(last.turn().userEpoch()).isEqualTo(5);
  }

  @Test
  void interrupt_thatIsRefusedInterruptsNothing() {
    ActiveTurn first = submit("one");
    TurnId second = enqueue("two");

    SubmitResult refused = turns.submit(onBusy(OnBusy.INTERRUPT, submission("three")), 0);

    assertThat(refused).isEqualTo(new SubmitResult.TooMany());
    assertThat(status(first.turn())).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(status(second)).isEqualTo(TurnStatus.WAITING);
    assertThat(reader.session(session)).isEqualTo(new SessionView(1, first, 1));
  }

  @Test
  void interrupt_takesThePlaceOfWhatItCancelsAmongTheCallersTurns() {
    Owner owner = Owner.of(new CallerName("c-" + UUID.randomUUID()));
    SessionKey busy = new SessionKey(owner, new SessionId("busy"));
    turns.submit(submission(busy, "one", null, LONG), 1);

    SubmitResult result =
        turns.submit(onBusy(OnBusy.INTERRUPT, submission(busy, "two", null, LONG)), 1);

    assertThat(result).isInstanceOf(SubmitResult.Accepted.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"ENQUEUE", "INTERRUPT"})
  void submit_ofToolResultsToABusySessionIsRefused(OnBusy onBusy) {
    ActiveTurn asked = submit("What is the weather?");
    ToolCall call = new ToolCall(0, "a", "look", "{}");
    turns.finish(
        ended(asked.turn(), claim(asked.turn()).epoch(), new Snapshot("", "", List.of(call))));
    ActiveTurn running = submit("Never mind");
    Submission results =
        new Submission(
            session,
            TurnId.make(),
            MessageId.make(),
            List.of(new Part.ToolResult("a", List.of(new Part.Text("Rain")), false)),
            REQUEST,
            null,
            "hash",
            LONG,
            onBusy);

    assertThat(turns.submit(results)).isEqualTo(new SubmitResult.Busy(running.turn()));
    assertThat(status(running.turn())).isEqualTo(TurnStatus.ACCEPTED);
  }

  // --- what the next prompt holds

  @Test
  void history_isInTheOrderOfTheQueueWhateverBecameOfTheTurns() {
    ActiveTurn first = submit("one");
    long epoch = claim(first.turn()).epoch();
    TurnId second = enqueue("two");
    TurnId third = enqueue("three");
    TurnId fourth = enqueue("four");
    TurnId fifth = enqueue("five");
    TurnId last = enqueue("last");
    turns.finish(cancel(second));
    turns.finish(expire(fourth));

    turns.finish(ended(first.turn(), epoch, text("1")));
    ClaimResult.Claimed next = claim(third);
    assertThat(texts(next.history())).containsExactly("user: one", "assistant: 1", "user: two");
    turns.finish(failed(third, next.epoch(), text("par")));
    claim(fifth);
    turns.finish(cancel(fifth));
    turns.saveAnswer(fifth, text("half"), new EntryId(20, 1), null, false);

    assertThat(texts(claim(last).history()))
        .containsExactly("user: one", "assistant: 1", "user: two", "user: five", "assistant: half");
  }

  @Test
  void history_holdsTheInterruptedAnswerAsFarAsItCame() {
    ActiveTurn first = submit("one");
    claim(first.turn());
    enqueue("two");
    TurnId last = interrupt("last").turn().turn();
    turns.saveAnswer(first.turn(), text("half"), new EntryId(2, 1), null, false);

    assertThat(texts(claim(last).history()))
        .containsExactly("user: one", "assistant: half", "user: two");
    assertThat(texts()).containsExactly("user: one", "assistant: half", "user: two", "user: last");
  }
}
