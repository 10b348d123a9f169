package io.streamrelay.worker.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class AttemptWriterTest {
  private static final Duration SPACING = Duration.ofMillis(25);
  private static final AppendResult FENCED = new AppendResult.Fenced();

  private final ManualTime time = new ManualTime();
  private final ActiveTurn turn =
      new ActiveTurn(new SessionKey(Owner.DEV, new SessionId("s")), TurnId.make(), 6);
  private final AttemptStarted start = new AttemptStarted(turn.turn(), 1, "demo", false);
  private final Generated done =
      new Generated(turn.turn(), Outcome.ENDED, null, null, null, 0, "", null, null, null);
  private final Store store = new Store();
  private final List<String> told = new ArrayList<>();
  private boolean openAnswer = true;

  private final AttemptWriter writer =
      new AttemptWriter(
          store,
          (turn, epoch) -> {
            told.add("open " + epoch);
            return openAnswer;
          },
          time,
          Runnable::run,
          new ChunkProperties(SPACING, Duration.ofMillis(250), 16, 40, 100, 20, 4),
          turn,
          7,
          time.nanos() + Duration.ofMinutes(1).toNanos(),
          new AttemptWriter.Listener() {
            @Override
            public void fenced() {
              told.add("fenced");
            }

            @Override
            public void storeFull() {
              told.add("full");
            }
          });

  /** Answers at once unless told to hold; keeps what it was sent. */
  private static final class Store implements SessionAppender {
    record Sent(EntryId first, List<StreamEvent> batch, CompletableFuture<AppendResult> answer) {}

    final List<Sent> sent = new ArrayList<>();
    boolean holding;

    @Override
    public CompletableFuture<AppendResult> append(
        ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
      Sent append = new Sent(first, batch, new CompletableFuture<>());
      sent.add(append);
      if (!holding) {
        append(append);
      }
      return append.answer();
    }

    void append(Sent append) {
      append.answer().complete(stored(append));
    }

    static AppendResult stored(Sent append) {
      return new AppendResult.Appended(append.first().plus(append.batch().size() - 1));
    }

    Sent last() {
      return sent.getLast();
    }

    void hold() {
      holding = true;
    }
  }

  private void started() throws Exception {
    assertThat(writer.start(start, false)).isEqualTo(new AppendResult.Appended(id(0)));
    time.advance(SPACING);
  }

  private static EntryId id(int seq) {
    return new EntryId(7, seq);
  }

  @Test
  void delta_afterTheSpacingGoesOutAtOnce() throws Exception {
    started();

    writer.text("Once ");
    time.advance(SPACING);
    writer.text("upon ");

    assertThat(store.sent).hasSize(3);
    assertThat(store.last().first()).isEqualTo(id(2));
    assertThat(store.last().batch()).containsExactly(new Text("upon "));
  }

  @Test
  void firstChunk_isKnownByTheTimeItWasStored() throws Exception {
    started();
    assertThat(writer.firstChunkNanos()).isNull();
    long stored = time.nanos();

    writer.text("Once ");
    time.advance(SPACING);
    writer.text("upon ");

    assertThat(writer.firstChunkNanos()).isEqualTo(stored);
  }

  @Test
  void delta_withinTheSpacingIsJoinedUntilItIsOver() throws Exception {
    started();
    writer.text("Once ");

    writer.text("upon ");
    writer.text("a ");
    time.advance(SPACING.minusMillis(1));
    assertThat(store.sent).hasSize(2);
    time.advance(Duration.ofMillis(1));

    assertThat(store.sent).hasSize(3);
    assertThat(store.last().batch()).containsExactly(new Text("upon a "));
  }

  @Test
  void toolCall_goesOutAtOnceWithWhatWaits() throws Exception {
    started();
    writer.text("Once ");
    writer.text("upon ");

    writer.toolCall(new ToolCall(0, "c", "look", "{}"));

    assertThat(store.last().batch())
        .containsExactly(new Text("upon "), new ToolCall(0, "c", "look", "{}"));
  }

  @Test
  void batch_isNotSentWhileOneIsUnanswered() throws Exception {
    started();
    store.hold();
    writer.text("a");
    time.advance(SPACING);
    writer.text("b");
    time.advance(SPACING);
    writer.text("c");
    time.advance(SPACING);
    assertThat(store.sent).hasSize(2);

    store.append(store.last());

    time.advance(SPACING.multipliedBy(8));
    assertThat(store.sent).hasSize(3);
    assertThat(store.last().batch()).containsExactly(new Text("bc"));
  }

  @Test
  void unanswered_isSentAgainWithTheSameContent() throws Exception {
    started();
    store.hold();
    writer.text("a");
    writer.text("b");

    store.last().answer().completeExceptionally(new StoreUnavailableException("lost"));
    time.advance(Duration.ofMillis(50));

    assertThat(store.sent).hasSize(3);
    assertThat(store.last().first()).isEqualTo(id(1));
    assertThat(store.last().batch().getFirst()).isEqualTo(new Text("a"));
  }

  @Test
  void full_isToldAndSentAgain() throws Exception {
    started();
    store.hold();
    writer.text("a");

    store.last().answer().completeExceptionally(new StoreFullException("OOM"));
    time.advance(Duration.ofMillis(50));

    assertThat(told).contains("full");
    assertThat(store.sent).hasSize(3);
  }

  @Test
  void gap_sendsAgainFromThere() throws Exception {
    started();
    for (String delta : List.of("a", "b", "c")) {
      writer.text(delta);
      time.advance(SPACING);
    }
    store.hold();
    writer.text("d");

    store.last().answer().complete(new AppendResult.Gap(id(1)));

    assertThat(store.last().first()).isEqualTo(id(2));
    assertThat(store.last().batch()).containsExactly(new Text("b"), new Text("c"), new Text("d"));
  }

  @Test
  void gapBeforeTheStart_sendsAllAgainInBoundedBatches() throws Exception {
    started();
    for (int i = 0; i < 6; i++) {
      writer.text("x" + i);
      time.advance(SPACING);
    }
    store.hold();
    writer.text("end");
    store.holding = false;

    store.last().answer().complete(new AppendResult.Gap(null));

    assertThat(store.sent.get(store.sent.size() - 2).first()).isEqualTo(id(0));
    assertThat(store.sent.get(store.sent.size() - 2).batch()).hasSize(4).startsWith(start);
    assertThat(store.last().first()).isEqualTo(id(4));
    assertThat(store.last().batch()).hasSize(4).endsWith(new Text("end"));
  }

  @Test
  void notOpen_opensAndSendsFromTheStart() throws Exception {
    started();
    store.hold();
    writer.text("a");

    store.last().answer().complete(new AppendResult.NotOpen());

    assertThat(told).containsExactly("open 7");
    assertThat(store.last().first()).isEqualTo(id(0));
    assertThat(store.last().batch()).containsExactly(start, new Text("a"));
  }

  @Test
  void notOpen_ofATurnThatIsNotOursAnyMoreFences() throws Exception {
    started();
    store.hold();
    openAnswer = false;
    writer.text("a");

    store.last().answer().complete(new AppendResult.NotOpen());

    assertThat(told).containsExactly("open 7", "fenced");
    assertThat(writer.finish(done)).isEqualTo(FENCED);
  }

  @Test
  void fenced_stopsWriting() throws Exception {
    started();
    store.hold();
    writer.text("a");

    store.last().answer().complete(FENCED);
    writer.text("b");
    time.advance(Duration.ofSeconds(5));

    assertThat(told).containsExactly("fenced");
    assertThat(store.sent).hasSize(2);
    assertThat(writer.finish(done)).isEqualTo(FENCED);
  }

  @Test
  void done_answersTheStartAndCanBePassedOverAnew() throws Exception {
    store.hold();
    time.schedule(
        Duration.ofMillis(1),
        () -> {
          store.holding = false;
          store.last().answer().complete(new AppendResult.Done(done));
        });

    assertThat(writer.start(start, false)).isEqualTo(new AppendResult.Done(done));
    writer.forgetStart();
    assertThat(writer.start(start, true)).isEqualTo(new AppendResult.Appended(id(0)));
    assertThat(told).isEmpty();
  }

  @Test
  void done_toMoreThanAStartMeansInVain() throws Exception {
    started();
    store.hold();
    writer.text("a");
    store.last().answer().complete(new AppendResult.Gap(null));

    store.last().answer().complete(new AppendResult.Done(done));

    assertThat(told).containsExactly("fenced");
  }

  @Test
  void finish_bringsEverythingAndDone() throws Exception {
    started();
    writer.text("Once ");
    writer.text("upon\uD83D");

    Snapshot answer = writer.endText();
    AppendResult result = writer.finish(done);

    assertThat(answer.text()).isEqualTo("Once upon\uFFFD");
    assertThat(writer.lastVisible()).isEqualTo(id(2));
    assertThat(result).isEqualTo(new AppendResult.Appended(id(3)));
    assertThat(store.last().batch()).containsExactly(new Text("upon\uFFFD"), done);
  }

  @Test
  void finish_givesUpAtTheDeadline() throws Exception {
    started();
    store.hold();

    assertThatThrownBy(() -> writer.finish(done)).isInstanceOf(TimeoutException.class);
  }

  @Test
  void room_isThereAgainWhenRedisHasTakenTheBacklog() throws Exception {
    started();
    store.hold();
    writer.text("0123456789");
    writer.text("012345678901234567890123456789");
    assertThat(writer.room()).isCompleted();

    writer.text("m");
    CompletableFuture<Void> room = writer.room();
    assertThat(room).isNotDone();
    store.append(store.last());

    assertThat(room).isCompleted();
    assertThat(writer.room()).isCompleted();
  }

  @Test
  void room_isWorthAskingAgainAfterEachAnswer() throws Exception {
    started();
    store.hold();
    writer.text("0");
    writer.text("0123456789".repeat(5));
    CompletableFuture<Void> room = writer.room();

    store.append(store.last());

    assertThat(room).isCompleted();
    assertThat(writer.room()).isNotDone();
  }

  @Test
  void room_isThereWhenNothingIsWrittenAnyMore() throws Exception {
    started();
    store.hold();
    writer.text("0123456789".repeat(5));
    CompletableFuture<Void> room = writer.room();

    writer.abandon();

    assertThat(room).isCompleted();
    assertThat(writer.room()).isCompleted();
  }

  @Test
  void output_beyondItsBoundIsRefused() throws Exception {
    started();
    writer.text("x".repeat(98));

    assertThatThrownBy(() -> writer.text("yyyy")).isInstanceOf(OutputLimitException.class);
    assertThat(writer.endText().text()).hasSize(100).endsWith("xyy");
  }

  @Test
  void abandon_tellsWhoeverWaits() throws Exception {
    store.hold();
    time.schedule(Duration.ofSeconds(1), writer::abandon);

    assertThat(writer.start(start, false)).isEqualTo(FENCED);
    assertThat(writer.start(start, false)).isEqualTo(FENCED);
  }

  @Test
  void compare_withANewerEpochFences() throws Exception {
    started();

    writer.compare(EntryId.first(8));

    assertThat(told).containsExactly("fenced");
  }

  @Test
  void compare_sendsAgainWhatTheStoreLost() throws Exception {
    started();
    for (String delta : List.of("a", "b")) {
      writer.text(delta);
      time.advance(SPACING);
    }
    assertThat(writer.isQuietFor(SPACING)).isTrue();

    writer.compare(id(1));
    assertThat(store.last().batch()).containsExactly(new Text("b"));
    writer.compare(new EntryId(6, 0));
    assertThat(store.last().batch()).containsExactly(start, new Text("a"), new Text("b"));
    writer.compare(null);
    assertThat(store.last().first()).isEqualTo(id(0));
  }

  @Test
  void compare_withWhatIsStoredSendsNothing() throws Exception {
    started();

    writer.compare(id(0));

    assertThat(store.sent).hasSize(1);
    assertThat(told).isEmpty();
  }
}
