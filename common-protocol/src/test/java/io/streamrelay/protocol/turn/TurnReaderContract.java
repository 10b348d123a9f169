package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link TurnReader}. */
abstract class TurnReaderContract extends TurnStoreContract {

  @Test
  void turn_isShownWithAllItsAttempts() {
    ActiveTurn turn = submit("one");
    claim(turn.turn());
    long epoch = claim(turn.turn()).epoch();
    turns.finish(ended(turn.turn(), epoch, text("1")));

    TurnView view = reader.turn(session, turn.turn());

    assertThat(view.session()).isEqualTo(session);
    assertThat(view.status()).isEqualTo(TurnStatus.ENDED);
    assertThat(view.model()).isEqualTo("demo");
    assertThat(view.userEpoch()).isEqualTo(1);
    assertThat(view.usage()).isEqualTo(USAGE);
    assertThat(view.attempts()).hasSize(2);
    TurnView.Attempt last = view.attempts().getLast();
    assertThat(last.number()).isEqualTo(2);
    assertThat(last.epoch()).isEqualTo(epoch);
    assertThat(last.worker()).isEqualTo("worker-1");
    assertThat(last.startedAt()).isBetween(view.createdAt(), view.endedAt());
    assertThat(last.endedAt()).isEqualTo(view.endedAt()).isEqualTo(view.savedAt());
    assertThat(view.startedAt()).isEqualTo(view.attempts().getFirst().startedAt());
  }

  @Test
  void turn_ofAnotherSessionOrOwnerIsUnknown() {
    ActiveTurn turn = play("one", "1");
    MessageId message = view(turn.turn()).userMessage();
    SessionKey stranger = new SessionKey(new Owner("bob"), session.session());
    SessionKey elsewhere = newSession();

    for (SessionKey other : List.of(stranger, elsewhere)) {
      assertThat(reader.turn(other, turn.turn())).isNull();
      assertThat(reader.session(other)).isNull();
      assertThat(reader.messages(other, 10, null)).isNull();
      assertThat(reader.messages(other, 10, message)).isNull();
      assertThat(reader.after(other, EntryId.ZERO, 10)).isEmpty();
      assertThat(reader.epochs(List.of(other))).isEmpty();
    }
    assertThat(reader.turn(session, TurnId.make())).isNull();
  }

  @Test
  void asked_isTheOwnersTurnWithWhatItWasAskedWith() {
    TurnRequest request =
        new TurnRequest(
            "demo",
            "Be brief.",
            Parameters.NONE,
            List.of(new Utterance(Role.USER, List.of(new Part.Text("before")))),
            null,
            Lane.INTERACTIVE,
            null,
            null,
            Map.of("of", "me"),
            Map.of("before", "another"));
    TurnId turn = TurnId.make();
    List<Part> parts = List.of(new Part.Text("one"));
    turns.submit(
        new Submission(
            session, turn, MessageId.make(), parts, request, null, "h", Duration.ofMinutes(10)));

    AskedTurn asked = reader.asked(session.owner(), turn);

    assertThat(asked).isEqualTo(new AskedTurn(reader.turn(session, turn), parts, request));
    assertThat(reader.asked(new Owner("bob"), turn)).isNull();
    assertThat(reader.asked(session.owner(), TurnId.make())).isNull();
    sessions.delete(session);
    assertThat(reader.asked(session.owner(), turn)).isNull();
  }

  @Test
  void asked_doesNotKnowAWithdrawnTurnOthersDo() {
    TurnId first = play("one", "1").turn();
    TurnId second = play("two", "2").turn();

    assertThat(sessions.withdraw(session, first, true))
        .isEqualTo(new DeleteResult.Deleted(List.of()));

    assertThat(reader.asked(session.owner(), first)).isNull();
    assertThat(reader.asked(session.owner(), second)).isNotNull();
    assertThat(reader.turn(session, first)).isNotNull();
    assertThat(reader.messages(session, 10, null)).hasSize(4);
  }

  @Test
  void alike_isTheNewestThatStillHelps() {
    Duration within = Duration.ofMinutes(5);
    String prefix = "like-" + UUID.randomUUID() + "-";
    SessionId first = new SessionId(prefix);
    SessionId last = new SessionId(prefix + "~");
    String hash = Answer.sha256("one");
    session = new SessionKey(session.owner(), new SessionId(prefix + "a"));
    ActiveTurn one = submit("one");
    SessionKey sessionOfOne = session;
    session = new SessionKey(session.owner(), new SessionId(prefix + "b"));
    ActiveTurn other = submit("two");

    assertThat(alike(first, last, hash, within)).isEqualTo(one.turn());
    assertThat(alike(first, last, Answer.sha256("two"), within)).isEqualTo(other.turn());
    assertThat(alike(first, last, Answer.sha256("three"), within)).isNull();
    assertThat(alike(session.session(), last, hash, within)).isNull();
    assertThat(alike(first, first, hash, within)).isNull();
    assertThat(alike(sessionOfOne.session(), sessionOfOne.session(), hash, within))
        .isEqualTo(one.turn());
    assertThat(reader.alike(new Owner("bob"), first, last, hash, within)).isNull();

    session = new SessionKey(session.owner(), new SessionId(prefix + "c"));
    ActiveTurn newer = play("one", "1");
    assertThat(alike(first, last, hash, within)).isEqualTo(newer.turn());
    pass(within.plusSeconds(1));
    assertThat(alike(first, last, hash, within)).isEqualTo(one.turn());
    turns.finish(cancel(one.turn()));
    assertThat(alike(first, last, hash, within)).isNull();
  }

  private @Nullable TurnId alike(SessionId first, SessionId last, String hash, Duration within) {
    TurnView found = reader.alike(session.owner(), first, last, hash, within);
    return found == null ? null : found.id();
  }

  @Test
  void alike_ofADeletedSessionIsNone() {
    ActiveTurn turn = play("one", "1");
    String hash = Answer.sha256("one");
    SessionId id = session.session();
    assertThat(alike(id, id, hash, Duration.ofMinutes(5))).isEqualTo(turn.turn());

    sessions.delete(session);

    assertThat(alike(id, id, hash, Duration.ofMinutes(5))).isNull();
  }

  @Test
  void opening_ofAnotherOwnersSessionIsUnknown() {
    ActiveTurn turn = submit("one");
    long epoch = claim(turn.turn()).epoch();
    SessionKey stranger = new SessionKey(new Owner("bob"), session.session());

    assertThat(turns.opening(new ActiveTurn(stranger, turn.turn(), 1), epoch)).isNull();
  }

  @Test
  void session_isIdleOnceNothingRunsOrWaits() {
    ActiveTurn turn = submit("one");
    enqueue("two");
    assertThat(reader.session(session)).isEqualTo(new SessionView(1, turn, 1));

    turns.finish(cancel(turn.turn()));
    turns.finish(cancel(reader.session(session).active().turn()));

    assertThat(reader.session(session).idle()).isTrue();
    assertThat(reader.session(session).epoch()).isEqualTo(8);
  }

  @Test
  void after_givesTheTurnsAnEntryAfterThePositionCanBelongTo() {
    ActiveTurn first = play("one", "1"); // 1-0 … 5-0
    ActiveTurn second = submit("two"); // 6-0
    turns.finish(cancel(second.turn())); // 9-0, not saved
    ActiveTurn third = submit("three"); // 10-0

    assertThat(reader.after(session, EntryId.ZERO, 10))
        .extracting(TurnPast::turn)
        .containsExactly(first, second, third);
    assertThat(reader.after(session, new EntryId(2, 1), 10)).hasSize(3);
    assertThat(reader.after(session, new EntryId(5, 0), 10))
        .extracting(TurnPast::turn)
        .containsExactly(second, third);
    assertThat(reader.after(session, new EntryId(9, 0), 10))
        .extracting(TurnPast::turn)
        .containsExactly(third);
    assertThat(reader.after(session, EntryId.ZERO, 1))
        .extracting(TurnPast::turn)
        .containsExactly(first);
  }

  @Test
  void after_tellsAllOfASavedTurnAndTheUserEntryOfAnyOther() {
    ActiveTurn first = play("one", "1");
    ActiveTurn second = submit("two");
    turns.finish(cancel(second.turn()));

    List<TurnPast> past = reader.after(session, EntryId.ZERO, 10);

    assertThat(past.get(0)).isEqualTo(new TurnPast.Settled(saved(first.turn())));
    assertThat(past.get(1)).isInstanceOf(TurnPast.Unsettled.class);
    assertThat(past.get(1).user().messageId()).isEqualTo(view(second.turn()).userMessage());
  }

  @Test
  void after_leavesOutTurnsThatHaveNoIds() {
    submit("one");
    turns.finish(cancel(enqueue("two")));
    enqueue("three");

    assertThat(reader.after(session, EntryId.ZERO, 10)).hasSize(1);
  }

  @Test
  void messages_areGivenNewestFirstInPages() {
    play("one", "1");
    play("two", "2");

    List<MessageView> page = reader.messages(session, 3, null);

    assertThat(page)
        .extracting(message -> AnswerParts.snapshot(message.parts()).text())
        .containsExactly("2", "two", "1");
    assertThat(page.getFirst().parent()).isEqualTo(page.get(1).id());
    assertThat(page.getFirst().status()).isEqualTo(TurnStatus.ENDED);
    List<MessageView> rest = reader.messages(session, 3, page.getLast().id());
    assertThat(rest)
        .extracting(message -> AnswerParts.snapshot(message.parts()).text())
        .containsExactly("one");
    assertThat(rest.getFirst().parent()).isNull();
    assertThat(reader.messages(session, 3, rest.getFirst().id())).isEmpty();
    assertThat(reader.messages(session, 3, MessageId.make())).isNull();
  }

  @Test
  void messages_ofFailedTurnsAreShownToo() {
    ActiveTurn turn = submit("one");
    turns.finish(failed(turn.turn(), claim(turn.turn()).epoch(), text("par")));

    assertThat(reader.messages(session, 10, null))
        .extracting(MessageView::status)
        .containsExactly(TurnStatus.FAILED, TurnStatus.FAILED);
  }

  @Test
  void epochs_ofUnknownSessionsAreAbsent() {
    play("one", "1");
    SessionKey unknown = newSession();

    assertThat(reader.epochs(List.of(session, unknown)))
        .containsOnlyKeys(session)
        .containsEntry(session, 5L);
    assertThat(reader.epochs(List.of())).isEmpty();
  }

  @Test
  void turn_isShownWhileItWaits() {
    submit("one");
    TurnId waiting = enqueue("two");

    assertThat(view(waiting).userEpoch()).isNull();
    assertThat(view(waiting).status()).isEqualTo(TurnStatus.WAITING);
    assertThat(view(waiting).deadline())
        .isAfter(view(waiting).createdAt().plus(Duration.ofMinutes(9)));
  }
}
