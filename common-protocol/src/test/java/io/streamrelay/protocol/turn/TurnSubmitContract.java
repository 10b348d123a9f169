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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link TurnStore#submit}. */
abstract class TurnSubmitContract extends TurnStoreContract {
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void submit_theFirstTurnOfASessionGetsEpochOne() {
    Submission first = submission("hello");

    SubmitResult result = turns.submit(first);

    assertThat(result)
        .isEqualTo(new SubmitResult.Accepted(new ActiveTurn(session, first.turn(), 1), 1));
    assertThat(reader.session(session))
        .isEqualTo(new SessionView(1, new ActiveTurn(session, first.turn(), 1), 0));
    assertThat(status(first.turn())).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(Duration.between(view(first.turn()).createdAt(), view(first.turn()).deadline()))
        .isEqualTo(LONG);
  }

  @Test
  void submit_theNextTurnsEpochFollowsTheLastOnesFinalEpoch() {
    play("one", "1");

    SubmitResult.Accepted next = accepted(turns.submit(submission("two")));

    assertThat(next.turn().userEpoch()).isEqualTo(6); // u 1, e 2, f 5
    assertThat(next.keepFrom()).isEqualTo(1);
  }

  @Test
  void submit_keepsFromTheOldestTurnThatIsNotSaved() {
    ActiveTurn unsaved = submit("one");
    turns.finish(cancel(unsaved.turn()));
    play("two", "2");
    play("three", "3");

    SubmitResult.Accepted last = accepted(turns.submit(submission("four")));

    assertThat(last.keepFrom()).isEqualTo(unsaved.userEpoch());
  }

  @Test
  void submit_keepsFromTheTurnBeforeOnceAllAreSaved() {
    play("one", "1");
    ActiveTurn before = play("two", "2");

    SubmitResult.Accepted last = accepted(turns.submit(submission("three")));

    assertThat(last.keepFrom()).isEqualTo(before.userEpoch());
  }

  @Test
  void submit_whileATurnIsActiveIsRefusedAndRaisesNothing() {
    ActiveTurn active = submit("one");

    SubmitResult result = turns.submit(submission("two"));

    assertThat(result).isEqualTo(new SubmitResult.Busy(active.turn()));
    assertThat(reader.epochs(List.of(session))).containsEntry(session, 1L);
    claim(active.turn());
    assertThat(turns.submit(submission("two"))).isEqualTo(new SubmitResult.Busy(active.turn()));
  }

  @Test
  void submit_whileATurnWaitsIsRefused() {
    TurnId waiting = strand("one");

    assertThat(turns.submit(submission("two"))).isEqualTo(new SubmitResult.Busy(waiting));
  }

  @Test
  void submit_repeatedAfterALostReplyIsTheSameTurnWithoutAnyKey() {
    Submission one = submission("one");
    turns.submit(one);

    assertThat(turns.submit(one))
        .isEqualTo(new SubmitResult.Repeated(session, one.turn(), TurnStatus.ACCEPTED));
    assertThat(reader.session(session).epoch()).isEqualTo(1);
  }

  @Test
  void submit_withAKnownKeyAttachesToTheTurnLiveOrFinished() {
    String key = UUID.randomUUID().toString();
    ActiveTurn one = accepted(turns.submit(submission(session, "one", key, LONG))).turn();

    Submission again = submission(session, "one", key, LONG);

    assertThat(turns.submit(again))
        .isEqualTo(new SubmitResult.Repeated(session, one.turn(), TurnStatus.ACCEPTED));
    turns.finish(ended(one.turn(), claim(one.turn()).epoch(), text("1")));
    assertThat(turns.submit(again))
        .isEqualTo(new SubmitResult.Repeated(session, one.turn(), TurnStatus.ENDED));
  }

  @Test
  void submit_withAKnownKeyNamesTheSessionItWasFirstUsedIn() {
    String key = UUID.randomUUID().toString();
    ActiveTurn one = accepted(turns.submit(submission(session, "one", key, LONG))).turn();
    SessionKey elsewhere = newSession();

    SubmitResult result = turns.submit(submission(elsewhere, "one", key, LONG));

    assertThat(result)
        .isEqualTo(new SubmitResult.Repeated(session, one.turn(), TurnStatus.ACCEPTED));
    assertThat(reader.session(elsewhere)).isNull();
  }

  @Test
  void submit_withAKnownKeyAndAnotherBodyIsAMismatch() {
    String key = UUID.randomUUID().toString();
    ActiveTurn one = accepted(turns.submit(submission(session, "one", key, LONG))).turn();

    assertThat(turns.submit(submission(session, "two", key, LONG)))
        .isEqualTo(new SubmitResult.KeyMismatch(one.turn()));
  }

  @Test
  void submit_aKeyIsOneOwnersOnly() {
    String key = UUID.randomUUID().toString();
    turns.submit(submission(session, "one", key, LONG));
    SessionKey others = new SessionKey(new Owner("bob"), session.session());

    SubmitResult result = turns.submit(submission(others, "two", key, LONG));

    assertThat(result).isInstanceOf(SubmitResult.Accepted.class);
    assertThat(accepted(result).turn().userEpoch()).isEqualTo(1);
  }

  @Test
  void submit_twentyAtOnceWithOneKeyMakeOneTurn() throws Exception {
    String key = UUID.randomUUID().toString();
    List<Callable<SubmitResult>> submits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      SessionKey where =
          i % 2 == 0 ? session : new SessionKey(session.owner(), new SessionId("other-" + key));
      submits.add(() -> turns.submit(submission(where, "one", key, LONG)));
    }

    List<SubmitResult> results = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<SubmitResult> result : threads.invokeAll(submits)) {
        results.add(result.get());
      }
    }

    List<SubmitResult> accepted =
        results.stream().filter(SubmitResult.Accepted.class::isInstance).toList();
    assertThat(accepted).hasSize(1);
    ActiveTurn turn = accepted(accepted.getFirst()).turn();
    results.removeAll(accepted);
    assertThat(results)
        .hasSize(19)
        .containsOnly(new SubmitResult.Repeated(turn.session(), turn.turn(), TurnStatus.ACCEPTED));
  }

  private TurnId answered(List<String> calls) {
    ActiveTurn turn = submit("What is the weather?");
    finish(turn, calls);
    return turn.turn();
  }

  private void finish(ActiveTurn turn, List<String> calls) {
    List<ToolCall> pieces = new ArrayList<>();
    for (String id : calls) {
      pieces.add(new ToolCall(pieces.size(), id, "look", "{}"));
    }
    turns.finish(ended(turn.turn(), claim(turn.turn()).epoch(), new Snapshot("", "", pieces)));
  }

  private Submission results(@Nullable String key, String... calls) {
    List<Part> parts = new ArrayList<>();
    for (String call : calls) {
      parts.add(new Part.ToolResult(call, List.of(new Part.Text("Rain")), false));
    }
    parts.add(new Part.Text("In short, please."));
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        parts,
        REQUEST,
        key,
        "hash",
        Duration.ofMinutes(10));
  }

  private static SubmitResult wrong(List<String> unknown, List<String> missing) {
    return new SubmitResult.WrongResults(new OpenCalls.Mismatch(unknown, missing));
  }

  @Test
  void submit_thatGoesOnFromATurnIsOnlyTakenRightAfterIt() {
    TurnId first = play("one", "1").turn();
    Submission late = onBusy(OnBusy.ENQUEUE, submission("late")).after(first);
    Submission next = submission("two").after(first);
    long epoch = reader.session(session).epoch();

    assertThat(turns.submit(submission("x").after(TurnId.make())))
        .isEqualTo(new SubmitResult.Busy(first));
    assertThat(turns.submit(next)).isInstanceOf(SubmitResult.Accepted.class);
    assertThat(turns.submit(next)).isInstanceOf(SubmitResult.Repeated.class);
    assertThat(turns.submit(late)).isEqualTo(new SubmitResult.Busy(next.turn()));
    turns.finish(cancel(next.turn()));
    assertThat(turns.submit(late)).isEqualTo(new SubmitResult.Busy(next.turn()));
    assertThat(reader.session(session).epoch()).isEqualTo(epoch + 4);

    sessions.delete(session);
    assertThat(turns.submit(late)).isEqualTo(new SubmitResult.Busy(late.turn()));
    assertThat(reader.session(session)).isNull();
  }

  @Test
  void submit_ofToolResultsIsAMessageOfRoleTool() {
    answered(List.of("a", "b"));
    Submission results = results(null, "b", "a");

    ActiveTurn turn = accepted(turns.submit(results)).turn();

    MessageView message = reader.messages(session, 1, null).getFirst();
    assertThat(message.role()).isEqualTo(Role.TOOL);
    assertThat(message.parts()).isEqualTo(results.parts());
    ClaimResult.Claimed claimed = claim(turn.turn());
    assertThat(claimed.user().parts()).isEqualTo(results.parts());
    assertThat(claimed.history()).hasSize(2);
    assertThat(claimed.history().getLast().parts())
        .containsExactly(
            new Part.ToolCall(0, "a", "look", "{}"), new Part.ToolCall(1, "b", "look", "{}"));
  }

  @Test
  void submit_ofOtherResultsThanTheLastAnswersCallsIsRefusedAndRaisesNothing() {
    answered(List.of("a", "b"));
    long epoch = reader.session(session).epoch();

    assertThat(turns.submit(results(null, "a"))).isEqualTo(wrong(List.of(), List.of("b")));
    assertThat(turns.submit(results(null, "a", "b", "c")))
        .isEqualTo(wrong(List.of("c"), List.of()));
    assertThat(turns.submit(results(null, "a", "a"))).isEqualTo(wrong(List.of("a"), List.of("b")));

    assertThat(reader.session(session).epoch()).isEqualTo(epoch);
    assertThat(turns.submit(results(null, "a", "b"))).isInstanceOf(SubmitResult.Accepted.class);
  }

  @Test
  void submit_ofResultsToNothingIsRefusedAndMakesNoSession() {
    assertThat(turns.submit(results(null, "a"))).isEqualTo(wrong(List.of("a"), List.of()));
    assertThat(reader.session(session)).isNull();

    play("Hello", "Hi");

    assertThat(turns.submit(results(null, "a"))).isEqualTo(wrong(List.of("a"), List.of()));
  }

  @Test
  void submit_ofResultsTwiceIsRefusedUnlessItIsTheSameSubmission() {
    answered(List.of("a"));
    String key = UUID.randomUUID().toString();
    ActiveTurn turn = accepted(turns.submit(results(key, "a"))).turn();

    assertThat(turns.submit(results(null, "a"))).isEqualTo(new SubmitResult.Busy(turn.turn()));
    turns.finish(ended(turn.turn(), claim(turn.turn()).epoch(), text("It rains.")));

    assertThat(turns.submit(results(null, "a"))).isEqualTo(wrong(List.of("a"), List.of()));
    assertThat(turns.submit(results(key, "a")))
        .isEqualTo(new SubmitResult.Repeated(session, turn.turn(), TurnStatus.ENDED));
  }

  @Test
  void submit_ofResultsAgainAfterTheTurnOverThemFailed() {
    answered(List.of("a"));
    ActiveTurn turn = accepted(turns.submit(results(null, "a"))).turn();
    turns.finish(failed(turn.turn(), claim(turn.turn()).epoch(), text("")));

    assertThat(turns.submit(results(null, "a"))).isInstanceOf(SubmitResult.Accepted.class);
  }

  @Test
  void submit_ofResultsToACancelledAnswersCallsIsRefused() {
    ActiveTurn turn = submit("What is the weather?");
    claim(turn.turn());
    turns.finish(cancel(turn.turn()));
    Snapshot cut = new Snapshot("", "", List.of(new ToolCall(0, "a", "look", "{\"pla")));
    turns.saveAnswer(turn.turn(), cut, new EntryId(2, 1), false);

    assertThat(turns.submit(results(null, "a"))).isEqualTo(wrong(List.of("a"), List.of()));
  }

  @Test
  void submit_ofTextLeavesCallsUnanswered() {
    answered(List.of("a"));

    assertThat(turns.submit(submission("Never mind"))).isInstanceOf(SubmitResult.Accepted.class);
  }

  @Test
  void submit_ofAWholeConversationIsNotComparedWithTheSession() {
    Submission own = results(null, "a");
    TurnRequest request = new TurnRequest("demo", null, Parameters.NONE, List.of(), REQUEST.lane());

    SubmitResult result =
        turns.submit(
            new Submission(
                session,
                own.turn(),
                own.messageId(),
                own.parts(),
                request,
                null,
                "hash",
                own.timeout()));

    assertThat(result).isInstanceOf(SubmitResult.Accepted.class);
  }

  @Test
  void submit_keepsTextAsItWasGiven() {
    String odd =
        "\"quotes\" \\back\\ \u2028 \u2029 \r\n\t \ud83d\ude00 \u0001 ü </script> :name ? ::x";

    ActiveTurn turn = submit(odd);

    ClaimResult.Claimed claimed = claim(turn.turn());
    assertThat(claimed.user().parts()).containsExactly(new Part.Text(odd));
    turns.finish(ended(turn.turn(), claimed.epoch(), text(odd)));
    assertThat(saved(turn.turn()).snapshot().text()).isEqualTo(odd);
    assertThat(view(turn.turn()).textLength()).isEqualTo(odd.length());
  }

  private static SessionKey of(Owner owner) {
    return new SessionKey(owner, new SessionId("s-" + UUID.randomUUID()));
  }

  private SubmitResult submit(Owner owner, int mostTurns) {
    return turns.submit(submission(of(owner), "one", null, LONG), mostTurns);
  }

  @Test
  void submit_beyondTheCallersBoundIsRefusedWhicheverUserItIsFor() {
    CallerName caller = new CallerName("c-" + UUID.randomUUID());
    Owner user = Owner.of(caller, "ann/1");
    accepted(submit(Owner.of(caller), 2));
    ActiveTurn second = accepted(submit(user, 2)).turn();

    assertThat(submit(Owner.of(caller), 2)).isEqualTo(new SubmitResult.TooMany());
    assertThat(submit(Owner.of(caller, "ben"), 2)).isEqualTo(new SubmitResult.TooMany());
    accepted(submit(Owner.of(new CallerName(caller.value() + "0")), 1));
    accepted(submit(Owner.of(new CallerName(caller.value() + ".")), 1));
    accepted(submit(Owner.of(new CallerName(caller.value() + "-"), "x"), 1));

    turns.finish(cancel(second.turn()));
    accepted(submit(user, 2));
  }

  @Test
  void submit_refusedForTheBoundLeavesNothing() {
    SessionKey fresh = of(new Owner("c-" + UUID.randomUUID()));

    SubmitResult refused = turns.submit(submission(fresh, "one", null, LONG), 0);

    assertThat(refused).isEqualTo(new SubmitResult.TooMany());
    assertThat(reader.session(fresh)).isNull();
  }

  @Test
  void submit_repeatedOrBusyIsSaidSoWhateverTheBound() {
    String key = UUID.randomUUID().toString();
    ActiveTurn one = accepted(turns.submit(submission(session, "one", key, LONG))).turn();

    assertThat(turns.submit(submission(session, "one", key, LONG), 0))
        .isEqualTo(new SubmitResult.Repeated(session, one.turn(), TurnStatus.ACCEPTED));
    assertThat(turns.submit(submission(session, "two", key, LONG), 0))
        .isEqualTo(new SubmitResult.KeyMismatch(one.turn()));
    assertThat(turns.submit(submission("three"), 0)).isEqualTo(new SubmitResult.Busy(one.turn()));
  }
}
