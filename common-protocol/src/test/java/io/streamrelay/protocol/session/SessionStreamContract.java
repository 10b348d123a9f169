package io.streamrelay.protocol.session;

import static io.streamrelay.protocol.session.Turns.done;
import static io.streamrelay.protocol.session.Turns.ended;
import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.session.AppendResult.Appended;
import io.streamrelay.protocol.session.AppendResult.Done;
import io.streamrelay.protocol.session.AppendResult.Fenced;
import io.streamrelay.protocol.session.AppendResult.Gap;
import io.streamrelay.protocol.session.AppendResult.NotOpen;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every session stream does, with its appender. */
public abstract class SessionStreamContract {
  protected final SessionKey session = Turns.session();
  protected final ActiveTurn turn = turn(session, 6);
  protected final UserMessage user = user(turn);

  protected abstract SessionStream stream();

  protected abstract SessionAppender appender();

  /** The store loses the session's stream. */
  protected abstract void lose(SessionKey session);

  protected final AppendResult append(EntryId first, StreamEvent... batch) {
    return append(turn, first, false, batch);
  }

  protected final AppendResult append(
      ActiveTurn turn, EntryId first, boolean anew, StreamEvent... batch) {
    return appender()
        .append(turn, first, Arrays.asList(batch), anew)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  protected final List<Entry> entries() {
    return stream().read(session, EntryId.ZERO, 1000);
  }

  private List<String> ids() {
    return entries().stream().map(entry -> entry.id() + " " + entry.event().type()).toList();
  }

  /** {@code 6-0 user, 7-0 start, 7-1 text, 7-2 text}. */
  private void running() {
    stream().open(turn, user, 6);
    append(id(7, 0), start(turn), text("one"), text("two"));
  }

  // --- forget

  @Test
  void forget_takesWhatIsOfTheEpochAndBefore() {
    running();
    stream().open(turn(session, 12), user(turn(session, 12)), 6);

    stream().forget(session, 11);
    stream().forget(session, 11);

    assertThat(ids()).containsExactly("12-0 user");
    assertThat(append(id(7, 3), text("late"))).isEqualTo(new Fenced());
  }

  @Test
  void forget_ofAllThereIsLeavesNothingToReadAndNothingToAppendTo() {
    running();

    stream().forget(session, 7);

    assertThat(entries()).isEmpty();
    assertThat(stream().lastIds(List.of(session))).isEmpty();
    assertThat(append(id(7, 3), text("late"))).isEqualTo(new NotOpen());
    assertThat(stream().close(ended(turn, user, 10, id(7, 2), "onetwo")))
        .isEqualTo(CloseResult.GONE);
    ActiveTurn anew = turn(session, 8);
    assertThat(stream().open(anew, user(anew), 8)).isTrue();
    assertThat(ids()).containsExactly("8-0 user");
  }

  @Test
  void forget_ofAMissingStreamMakesNone() {
    stream().forget(session, 7);

    assertThat(entries()).isEmpty();
    assertThat(stream().open(turn, user, 6)).isTrue();
  }

  // --- open

  @Test
  void open_writesTheUserEntryOnce() {
    assertThat(stream().open(turn, user, 6)).isTrue();
    assertThat(stream().open(turn, user, 6)).isFalse();

    assertThat(entries()).containsExactly(new Entry(id(6, 0), user));
  }

  @Test
  void open_writesNothingAfterSomethingLater() {
    running();

    assertThat(stream().open(turn, user, 6)).isFalse();
    assertThat(stream().open(turn(session, 2), user, 2)).isFalse();

    assertThat(ids()).containsExactly("6-0 user", "7-0 start", "7-1 text", "7-2 text");
  }

  @Test
  void open_trimsWhatIsOlderThanMustStay() {
    running();
    ActiveTurn second = turn(session, 11);
    stream().open(second, user(second), 6);
    ActiveTurn third = turn(session, 16);

    stream().open(third, user(third), 11);

    assertThat(ids()).containsExactly("11-0 user", "16-0 user");
  }

  // --- append: its five answers

  @Test
  void append_storesAllOfABatch() {
    stream().open(turn, user, 6);
    ToolCall call = new ToolCall(0, "c1", "weather", "{\"city\":\"Bern\"}");

    AppendResult result = append(id(7, 0), start(turn), text("a"), call, done(turn, "a"));

    assertThat(result).isEqualTo(new Appended(id(7, 3)));
    assertThat(entries())
        .containsExactly(
            new Entry(id(6, 0), user),
            new Entry(id(7, 0), start(turn), id(6, 0)),
            new Entry(id(7, 1), text("a")),
            new Entry(id(7, 2), call),
            new Entry(id(7, 3), done(turn, "a")));
  }

  @Test
  void append_repeatedIsAppendedAndChangesNothing() {
    running();

    assertThat(append(id(7, 1), text("one"), text("two"))).isEqualTo(new Appended(id(7, 2)));
    assertThat(append(id(7, 1), text("one"))).isEqualTo(new Appended(id(7, 1)));
    assertThat(append(id(7, 0), start(turn))).isEqualTo(new Appended(id(7, 0)));

    assertThat(ids()).containsExactly("6-0 user", "7-0 start", "7-1 text", "7-2 text");
  }

  @Test
  void append_ofWhatIsPartlyThereAddsTheRest() {
    running();

    AppendResult result = append(id(7, 1), text("one"), text("two"), text("three"), text("four"));

    assertThat(result).isEqualTo(new Appended(id(7, 4)));
    assertThat(entries().getLast()).isEqualTo(new Entry(id(7, 4), text("four")));
    assertThat(entries()).hasSize(6);
  }

  @Test
  void append_afterSomethingMissingIsAGapThatNamesTheLast() {
    running();

    assertThat(append(id(7, 4), text("four"))).isEqualTo(new Gap(id(7, 2)));
    assertThat(append(id(8, 1), text("of another epoch"))).isEqualTo(new Gap(null));

    assertThat(entries()).hasSize(4);
  }

  @Test
  void append_toNothingIsNotOpen() {
    assertThat(append(id(7, 0), start(turn))).isEqualTo(new NotOpen());

    running();
    lose(session);

    assertThat(append(id(7, 3), text("three"))).isEqualTo(new NotOpen());
    assertThat(entries()).isEmpty();
  }

  @Test
  void append_toAStreamWithoutTheTurnIsNotOpen() {
    running();
    ActiveTurn next = turn(session, 11);

    assertThat(append(next, id(12, 0), false, start(next))).isEqualTo(new NotOpen());
  }

  @Test
  void append_fromAnEarlierEpochIsFenced() {
    running();
    append(id(8, 0), start(turn));

    assertThat(append(id(7, 3), text("three"))).isEqualTo(new Fenced());
    assertThat(append(id(7, 1), text("one"))).isEqualTo(new Fenced());
    assertThat(append(id(7, 0), start(turn))).isEqualTo(new Fenced());
  }

  @Test
  void append_afterTheMarkIsFenced() {
    running();
    stream().mark(turn, 10);

    assertThat(append(id(7, 3), text("three"))).isEqualTo(new Fenced());
  }

  @Test
  void append_afterTheTerminalIsFenced() {
    running();
    stream().close(ended(turn, user, 10, id(7, 2), "onetwo"));

    assertThat(append(id(7, 3), text("three"))).isEqualTo(new Fenced());
    assertThat(append(id(11, 0), start(turn))).isEqualTo(new Fenced());
  }

  @Test
  void append_ofAStartAfterDoneTellsTheOutcome() {
    running();
    Generated done = done(turn, "onetwo");
    append(id(7, 3), done);

    assertThat(append(id(8, 0), start(turn))).isEqualTo(new Done(done));
    assertThat(append(id(8, 1), text("no start"))).isEqualTo(new Gap(null));
    assertThat(append(id(7, 3), done)).isEqualTo(new Appended(id(7, 3)));
  }

  @Test
  void append_anewBeginsAlthoughThereIsADone() {
    running();
    append(id(7, 3), done(turn, "onetwo"));

    assertThat(append(turn, id(8, 0), true, start(turn))).isEqualTo(new Appended(id(8, 0)));
    assertThat(append(turn, id(8, 0), true, start(turn))).isEqualTo(new Appended(id(8, 0)));
  }

  @Test
  void append_refusesABatchThatBreaksTheContract() {
    assertThatThrownBy(() -> append(id(7, 0))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> append(id(7, 0), user)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> append(id(5, 0), start(turn)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void append_keepsHostileTextAsItIs() {
    String hostile = "a|b\r\n\rid: 9-9\ndata: x\u2028\u2029 😀 {\"t\":1} '\\ \u0001";
    stream().open(turn, user, 6);

    append(id(7, 0), start(turn), text(hostile));

    assertThat(entries().getLast().event()).isEqualTo(text(hostile));
  }

  // --- mark

  @Test
  void mark_fencesAndTellsTheTurnsEntries() {
    running();

    List<Entry> held = stream().mark(turn, 10);

    assertThat(held).extracting(Entry::id).containsExactly(id(6, 0), id(7, 0), id(7, 1), id(7, 2));
    assertThat(ids()).contains("8-0 done").hasSize(5);
    assertThat(Held.of(held).answer().text()).isEqualTo("onetwo");
  }

  @Test
  void mark_repeatedTellsTheSame() {
    running();

    assertThat(stream().mark(turn, 10)).isEqualTo(stream().mark(turn, 10));
    assertThat(entries()).hasSize(5);
  }

  @Test
  void mark_makesNoStreamAndWritesNothingBeforeTheTurn() {
    ActiveTurn next = turn(session, 11);

    assertThat(stream().mark(turn, 10)).isEmpty();
    assertThat(entries()).isEmpty();
    running();

    assertThat(stream().mark(next, 14)).isEmpty();
    assertThat(entries()).hasSize(4);
  }

  @Test
  void mark_tellsOnlyTheTurnsOwn() {
    running();
    stream().close(ended(turn, user, 10, id(7, 2), "onetwo"));
    ActiveTurn next = turn(session, 11);
    stream().open(next, user(next), 6);

    assertThat(stream().mark(turn, 10)).extracting(Entry::id).last().isEqualTo(id(7, 2));
    assertThat(stream().mark(next, 14)).extracting(Entry::id).containsExactly(id(11, 0));
  }

  // --- close

  @Test
  void close_putsTheTerminalAfterTheSavedText() {
    running();
    append(id(7, 3), done(turn, "onetwo"));
    EndedTurn ended = ended(turn, user, 10, id(7, 2), "onetwo");

    assertThat(stream().close(ended)).isEqualTo(CloseResult.CLOSED);
    assertThat(stream().close(ended)).isEqualTo(CloseResult.ALREADY_CLOSED);

    assertThat(entries().getLast()).isEqualTo(new Entry(id(10, 0), ended.terminal(), id(7, 2)));
    assertThat(entries()).hasSize(6);
  }

  @Test
  void close_passesOverSeveralHiddenEntries() {
    running();
    append(id(7, 3), done(turn, "onetwo"));
    stream().mark(turn, 10);

    stream().close(ended(turn, user, 10, id(7, 2), "onetwo"));

    assertThat(ids()).endsWith("7-2 text", "7-3 done", "8-0 done", "10-0 cancel");
  }

  @Test
  void close_resetsWhereTheStreamSaysOtherThanIsSaved() {
    running();
    EndedTurn ended = ended(turn, user, 10, id(7, 1), "one");

    assertThat(stream().close(ended)).isEqualTo(CloseResult.CLOSED);

    assertThat(entries().subList(4, 7))
        .containsExactly(
            new Entry(id(9, 0), ended.reset(), id(6, 0)),
            new Entry(id(9, 1), ended.snapshot()),
            new Entry(id(10, 0), ended.terminal(), id(9, 1)));
  }

  @Test
  void close_resetsWhereTheSavedTextWasNeverInTheStream() {
    running();

    stream().close(ended(turn, user, 10, null, "from elsewhere"));

    assertThat(ids()).endsWith("9-0 start", "9-1 snapshot", "10-0 cancel");
  }

  @Test
  void close_writesTheUserEntryFirstWhereItIsMissing() {
    running();
    stream().close(ended(turn, user, 10, id(7, 2), "onetwo"));
    ActiveTurn next = turn(session, 11);
    UserMessage nextUser = user(next);

    assertThat(stream().close(ended(next, nextUser, 14, id(11, 0), "")))
        .isEqualTo(CloseResult.CLOSED);

    assertThat(ids()).endsWith("10-0 cancel", "11-0 user", "14-0 cancel");
    assertThat(entries().getLast().follows()).isEqualTo(id(11, 0));
  }

  @Test
  void close_leavesALaterTurnAlone() {
    running();
    ActiveTurn next = turn(session, 11);
    stream().open(next, user(next), 6);

    assertThat(stream().close(ended(turn, user, 10, id(7, 2), "onetwo")))
        .isEqualTo(CloseResult.ALREADY_CLOSED);
    assertThat(ids()).endsWith("7-2 text", "11-0 user");
  }

  @Test
  void close_makesNoStream() {
    assertThat(stream().close(ended(turn, user, 10, id(7, 2), "onetwo")))
        .isEqualTo(CloseResult.GONE);
    assertThat(entries()).isEmpty();
  }

  // --- read, last ids, keep

  @Test
  void read_givesWhatComesAfter() {
    running();

    assertThat(stream().read(session, id(7, 0), 1000))
        .extracting(Entry::id)
        .containsExactly(id(7, 1), id(7, 2));
    assertThat(stream().read(session, EntryId.ZERO, 2))
        .extracting(Entry::id)
        .containsExactly(id(6, 0), id(7, 0));
    assertThat(stream().read(session, id(7, 2), 10)).isEmpty();
    assertThat(stream().read(Turns.session(), EntryId.ZERO, 10)).isEmpty();
  }

  @Test
  void lastIds_leavesOutWhatIsGone() {
    running();
    ActiveTurn other = turn(Turns.session(), 1);
    stream().open(other, user(other), 1);

    var ids = stream().lastIds(List.of(session, Turns.session(), other.session()));

    assertThat(ids)
        .containsOnlyKeys(session, other.session())
        .containsEntry(session, id(7, 2))
        .containsEntry(other.session(), id(1, 0));
    assertThat(stream().lastIds(List.of())).isEmpty();
  }

  @Test
  void keep_makesNoStream() {
    stream().keep(List.of(session));
    stream().keep(List.of());

    assertThat(entries()).isEmpty();
  }
}
