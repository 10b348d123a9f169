package io.streamrelay.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.tail.Scene.Collected;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HubTest {
  private static final Duration QUIET = Duration.ofSeconds(12);

  private final Scene scene = new Scene();

  @Test
  void attach_toALiveTurnGivesEachEntryOnce() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(turn.turn(), before(turn));
    Scene.Attempt attempt = scene.claim(turn.turn());
    attempt.text("Once ");
    attempt.text("upon");
    attempt.end();

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1", "2-2", "5-0");
    assertThat(client.text()).isEqualTo("Once upon");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
    assertThat(scene.stores.reads).isEqualTo(1);
  }

  @Test
  void attach_atEveryCursorGivesExactlyTheRest() {
    scene.whole("a", "b");
    scene.whole("c", "d", "e");
    List<Entry> all = scene.visible();

    for (int i = 0; i < all.size() - 1; i++) {
      Collected client = scene.attach(all.get(i).id());

      assertThat(client.entries).isEqualTo(all.subList(i + 1, all.size()));
      assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
    }
  }

  @Test
  void attach_aPageOfHiddenEntriesOnlyIsReadOver() {
    Scene onePerPage = new Scene(Scene.bounds(100, 1));
    onePerPage.whole("a");
    onePerPage.whole("b");

    Collected client = onePerPage.attach(EntryId.ZERO);

    assertThat(client.entries).isEqualTo(onePerPage.visible());
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void attach_whatIsPushedWhileTheStreamIsReadComesOnce() {
    ActiveTurn turn = scene.submit();
    Scene.Attempt attempt = scene.claim(turn.turn());
    Collected client = new Collected();
    client.reader =
        scene.hub.attach(new Attachment(scene.session, null, EntryId.ZERO, false), client);

    attempt.text("pushed before the page is read, and in it");

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1");
  }

  @Test
  void attach_hundredReadersShareOneRead() {
    scene.whole("a", "b", "c");
    int queries = scene.stores.queries;
    List<Collected> clients =
        IntStream.range(0, 100)
            .mapToObj(i -> {
              Collected client = new Collected();
              client.reader =
                  scene.hub.attach(
                      new Attachment(scene.session, null, EntryId.ZERO, false), client);
              return client;
            })
            .toList();

    scene.settle();

    assertThat(scene.stores.reads).isEqualTo(1);
    assertThat(scene.stores.queries - queries).isLessThanOrEqualTo(2);
    assertThat(scene.stores.subscribed).isEqualTo(1);
    assertThat(clients)
        .allSatisfy(client -> assertThat(client.entries).isEqualTo(scene.visible()))
        .allSatisfy(client -> assertThat(client.closed).isEqualTo(CloseReason.FINISHED));
  }

  @Test
  void pushed_twiceOrLateOrOutOfOrderIsDeliveredOnceInOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      Scene scene = new Scene();
      ActiveTurn turn = scene.submit();
      Collected client = scene.attach(EntryId.ZERO);
      Scene.Attempt attempt = scene.claim(turn.turn());
      scene.stores.holdPushes = true;
      for (int i = 0; i < 20; i++) {
        attempt.text(i + " ");
      }
      attempt.end();
      List<Push> pushes = new ArrayList<>(scene.stores.held);
      pushes.addAll(scene.stores.held.subList(3, 9));
      Collections.shuffle(pushes, random);
      pushes.subList(0, random.nextInt(10)).clear();

      for (Push push : pushes) {
        scene.stores.push(push);
        if (random.nextBoolean()) {
          scene.settle();
        }
      }
      scene.pass(QUIET);

      assertThat(client.entries).isEqualTo(scene.visible());
      assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
    }
  }

  @Test
  void pushed_byAWriterWhoWasRefusedIsNotDelivered() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    Scene.Attempt first = scene.claim(turn.turn());
    first.text("old ");
    Scene.Attempt second = scene.claim(turn.turn());

    scene.stores.push(
        new Push(scene.session, new Entry(new EntryId(first.epoch, 2), new Text("zombie"))));
    scene.stores.push(
        new Push(scene.session, new Entry(new EntryId(second.epoch, 7), new Text("ahead"))));
    scene.settle();
    second.text("new");
    scene.pass(Duration.ofSeconds(1));
    second.end();
    scene.pass(QUIET);

    assertThat(client.entries).isEqualTo(scene.visible());
    assertThat(client.text()).isEqualTo("new");
  }

  @Test
  void pushed_oneLostIsReadFromTheStreamWithTheNext() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    Scene.Attempt attempt = scene.claim(turn.turn());
    scene.stores.losePushes = true;
    attempt.text("lost ");
    scene.stores.losePushes = false;

    attempt.text("seen");

    assertThat(client.text()).isEqualTo("lost seen");
  }

  @Test
  void pushed_ofANewerVersionMovesThePositionAndIsNotSent() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    Scene.Attempt attempt = scene.claim(turn.turn());
    int reads = scene.stores.reads;

    EntryId unknown = new EntryId(attempt.epoch, 1);
    scene.stores.push(new Push(scene.session, new Entry(unknown, new Unknown("citation"))));
    scene.stores.push(new Push(scene.session, new Entry(unknown.next(), new Text("on"))));

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-2");
    assertThat(scene.stores.reads).isEqualTo(reads);
  }

  @Test
  void pushed_aTakeoverResetsWithoutAsking() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(turn.turn(), before(turn));
    scene.claim(turn.turn()).text("one");
    Scene.Attempt second = scene.claim(turn.turn());
    second.text("two");
    second.end();

    assertThat(client.text()).isEqualTo("two");
    assertThat(client.entries.get(3).event())
        .isInstanceOfSatisfying(AttemptStarted.class, start -> assertThat(start.reset()).isTrue());
    assertThat(scene.stores.reads).isEqualTo(1);
  }

  @Test
  void quiet_allPushesLostIsNoticedWithinTwelveSeconds() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    scene.stores.losePushes = true;
    scene.claim(turn.turn()).text("unheard");

    scene.pass(QUIET);

    assertThat(client.text()).isEqualTo("unheard");
  }

  @Test
  void progress_goesOnWhateverTheStoresDoAndEndsWithTheTicks() {
    scene.refuseWork = true;

    scene.pass(Duration.ofMinutes(1));
    Duration ticking = scene.hub.sinceProgress();
    scene.hub.close();
    scene.pass(Duration.ofMinutes(1));

    assertThat(ticking).isLessThanOrEqualTo(HubBounds.DEFAULTS.tick());
    assertThat(scene.hub.sinceProgress()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void quiet_readersCostOneRoundTripEach() {
    ActiveTurn turn = scene.submit();
    scene.claim(turn.turn());
    for (int i = 0; i < 20; i++) {
      scene.attach(EntryId.ZERO);
    }
    int reads = scene.stores.reads;
    int queries = scene.stores.queries;

    scene.pass(Duration.ofSeconds(21));

    assertThat(scene.stores.lastIds).isBetween(1, 2);
    assertThat(scene.stores.epochs).isBetween(1, 2);
    assertThat(scene.stores.reads).isEqualTo(reads);
    assertThat(scene.stores.queries - queries).isEqualTo(scene.stores.epochs);
  }

  @Test
  void quiet_anEndThatWasNeverPublishedComesFromPostgres() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(turn.turn(), before(turn));
    Scene.Attempt attempt = scene.claim(turn.turn());
    attempt.text("all");
    attempt.save();
    assertThat(client.closed).isNull();

    scene.pass(QUIET);

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1", "5-0");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void flush_ofALiveTurnIsGoneOnFromWhatIsWrittenAgain() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    Scene.Attempt attempt = scene.claim(turn.turn());
    attempt.text("a");
    scene.twin.flush();

    scene.open(turn);
    List<StreamEvent> again =
        List.of(new AttemptStarted(turn.turn(), 1, "demo", false), new Text("a"), new Text("b"));
    scene.twin.append(turn, new EntryId(attempt.epoch, 0), again, false).join();
    scene.settle();

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1", "2-2");
  }

  @Test
  void flush_ofEndedTurnsGivesThemFromPostgresUnderTheSameIds() {
    for (int i = 0; i < 10; i++) {
      scene.whole("word ", "number ", "" + i);
    }
    List<Entry> all = scene.visible();
    scene.twin.flush();

    Collected fromStart = scene.attach(EntryId.ZERO);
    Collected fromWithin = scene.attach(all.get(3).id());
    Collected fromLastText = scene.attach(all.get(4).id());

    List<EntryId> ended = all.stream().map(Entry::id).filter(id -> id.seq() == 0).toList();
    assertThat(fromStart.entries.stream().map(Entry::id)).contains(all.getLast().id());
    assertThat(fromStart.entries.stream().filter(e -> e.event() instanceof Snapshot)).hasSize(10);
    assertThat(fromStart.closed).isEqualTo(CloseReason.FINISHED);
    assertThat(fromWithin.ids()).startsWith("2-3", "5-0", "6-0");
    assertThat(fromLastText.ids()).startsWith("5-0", "6-0");
    assertThat(ended).contains(fromLastText.entries.getFirst().id());
  }

  @Test
  void flush_atEveryCursorWithinAnAnswerGivesExactlyTheRest() {
    scene.whole("a", "bc", "d", "efg");
    List<Entry> all = scene.visible();
    scene.twin.flush();

    for (int i = 1; i < all.size() - 1; i++) {
      Collected client = scene.attach(all.get(i).id());

      assertThat(client.entries).isEqualTo(all.subList(i + 1, all.size()));
      assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
    }
  }

  @Test
  void flush_withATurnRunningGoesOnFromItsNextStart() {
    scene.whole("before");
    ActiveTurn turn = scene.submit();
    scene.claim(turn.turn()).text("lost for good");
    scene.twin.flush();
    Collected client = scene.follow(EntryId.ZERO);
    assertThat(client.ids()).endsWith(turn.first().toString());

    scene.open(turn);
    Scene.Attempt next = scene.claim(turn.turn());
    next.text("again");
    next.end();
    scene.pass(QUIET);

    assertThat(client.entries.stream().map(Entry::id)).isSorted().doesNotHaveDuplicates();
    assertThat(client.text()).isEqualTo("again");
  }

  @Test
  void interrupted_readersCompareWithTheStream() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    scene.stores.losePushes = true;
    scene.claim(turn.turn()).text("missed");

    scene.stores.losePushes = false;
    scene.stores.interrupt();
    scene.settle();

    assertThat(client.text()).isEqualTo("missed");
  }

  @Test
  void interrupted_whileAPageIsReadReadsAgain() {
    ActiveTurn turn = scene.submit();
    Collected client = new Collected();
    client.reader =
        scene.hub.attach(new Attachment(scene.session, null, EntryId.ZERO, false), client);
    Runnable read = scene.work.remove();
    scene.stores.losePushes = true;
    read.run(); // answers at once; the next is not asked for yet
    Scene.Attempt attempt = scene.claim(turn.turn());
    scene.stores.interrupt();
    attempt.text("missed");
    scene.stores.interrupt();
    scene.settle();

    assertThat(client.text()).isEqualTo("missed");
  }

  @Test
  void storesAway_closeNobodyAndAreAskedAgain() {
    scene.whole("a");
    scene.stores.redisAway = true;
    Collected client = scene.attach(EntryId.ZERO);
    scene.pass(Duration.ofMinutes(1));
    assertThat(client.entries).isEmpty();
    assertThat(client.closed).isNull();
    int asked = scene.stores.subscribed;
    assertThat(asked).isBetween(20, 100);

    scene.stores.redisAway = false;
    scene.twin.flush();
    scene.stores.postgresAway = true;
    scene.pass(Duration.ofMinutes(1));
    assertThat(client.entries).isEmpty();
    assertThat(client.closed).isNull();
    scene.stores.postgresAway = false;
    scene.pass(Duration.ofSeconds(3));

    assertThat(client.text()).isEqualTo("a");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void postgresAway_atTheQuestionWhetherAllIsSaidIsAskedUntilKnown() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    Scene.Attempt attempt = scene.claim(turn.turn());
    scene.stores.postgresAway = true;
    attempt.end();
    scene.pass(Duration.ofSeconds(30));
    assertThat(client.closed).isNull();

    scene.stores.postgresAway = false;
    scene.pass(Duration.ofSeconds(3));

    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void executorFull_isAskedAgain() {
    scene.whole("a");
    scene.refuseWork = true;
    Collected client = scene.attach(EntryId.ZERO);
    scene.pass(QUIET);
    assertThat(client.entries).isEmpty();

    scene.refuseWork = false;
    scene.pass(QUIET);

    assertThat(client.entries).isEqualTo(scene.visible());
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void storeBroken_closesTheReaderAsFailedAndTheNextIsNotHurt() {
    scene.whole("a");
    scene.stores.redisBroken = true;
    Collected client = scene.attach(EntryId.ZERO);
    assertThat(client.closed).isEqualTo(CloseReason.FAILED);

    scene.stores.redisBroken = false;

    assertThat(scene.attach(EntryId.ZERO).text()).isEqualTo("a");
  }

  @Test
  void readerGone_whileAStoreIsAwayLeavesNoQuestionBehind() {
    scene.whole("a");
    Collected first = scene.follow(EntryId.ZERO);
    first.reader.close(CloseReason.DISCONNECTED);
    scene.stores.redisAway = true;
    Collected gone = scene.follow(EntryId.ZERO);
    gone.reader.close(CloseReason.DISCONNECTED);
    scene.pass(Duration.ofMillis(100));
    scene.stores.redisAway = false;

    Collected next = scene.follow(EntryId.ZERO);
    scene.pass(Duration.ofSeconds(1));

    assertThat(next.entries).isEqualTo(scene.visible());
  }

  @Test
  void unreadableEntry_isWaitedOutWithoutAStormOfQuestions() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(turn.turn(), before(turn));
    Scene.Attempt attempt = scene.claim(turn.turn());
    scene.stores.holdPushes = true;
    scene.stores.tear(new EntryId(attempt.epoch, 1));
    for (int i = 0; i < 200; i++) {
      attempt.text(i + " ");
    }
    int reads = scene.stores.reads;

    for (Push push : scene.stores.held.subList(1, 200)) {
      scene.stores.push(push);
      scene.pass(Duration.ofMillis(10));
    }

    assertThat(scene.stores.reads - reads).isLessThan(30);
    assertThat(client.ids()).containsExactly("1-0", "2-0");
    attempt.end();
    scene.pass(QUIET);
    assertThat(client.text()).isEqualTo(attempt.text.toString());
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void sessionReader_goesOnOverTurnsThatWait() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    Submission waiting = scene.enqueue();
    Scene.Attempt attempt = scene.claim(turn.turn());
    attempt.end();
    assertThat(client.closed).isNull();

    ActiveTurn next = scene.turns.session(scene.session).active();
    scene.open(next);
    scene.claim(next.turn()).end();

    assertThat(client.entries).isEqualTo(scene.visible());
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void sessionReader_thatFollowsNeverCloses() {
    Collected client = scene.follow(EntryId.ZERO);
    scene.whole("a");
    scene.pass(QUIET);
    scene.whole("b");
    scene.pass(QUIET);

    assertThat(client.entries).isEqualTo(scene.visible());
    assertThat(client.closed).isNull();
  }

  @Test
  void sessionReader_withNothingToComeIsClosed() {
    scene.whole("a");
    Collected client = scene.attach(scene.visible().getLast().id());

    assertThat(client.entries).isEmpty();
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void waitingTurn_isReadFromItsFirstEntryOnceItHasOne() {
    ActiveTurn turn = scene.submit();
    Submission waiting = scene.enqueue();
    Collected client = scene.attach(waiting.turn(), EntryId.ZERO);
    scene.claim(turn.turn()).end();

    ActiveTurn next = scene.turns.session(scene.session).active();
    scene.open(next);
    Scene.Attempt attempt = scene.claim(next.turn());
    attempt.text("mine");
    attempt.end();

    assertThat(client.ids()).containsExactly("6-0", "7-0", "7-1", "10-0");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void waitingTurn_whosePushesAreLostIsFoundByAsking() {
    ActiveTurn turn = scene.submit();
    Submission waiting = scene.enqueue();
    Collected client = scene.attach(waiting.turn(), EntryId.ZERO);
    scene.stores.losePushes = true;
    scene.claim(turn.turn()).end();
    scene.open(scene.turns.session(scene.session).active());
    scene.claim(waiting.turn()).end();

    scene.pass(Duration.ofSeconds(24));

    assertThat(client.ids()).containsExactly("6-0", "7-0", "10-0");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void waitingTurn_thatEndsUnrunIsToldByPostgres() {
    scene.submit();
    Submission waiting = scene.enqueue();
    Submission late = scene.enqueue();
    Collected cancelled = scene.attach(waiting.turn(), EntryId.ZERO);
    Collected failed = scene.attach(late.turn(), EntryId.ZERO);
    scene.turns.finish(new Ending.Cancel(waiting.turn(), "owner", "not needed"));
    scene.turns.finish(new Ending.Fail(late.turn(), FailureCode.DEADLINE_EXCEEDED, "too late"));

    scene.pass(QUIET);

    assertThat(cancelled.entries).isEmpty();
    assertThat(cancelled.unrun).singleElement().isInstanceOf(Cancelled.class);
    assertThat(cancelled.closed).isEqualTo(CloseReason.FINISHED);
    assertThat(failed.unrun).singleElement().hasFieldOrPropertyWithValue("message", "too late");
    assertThat(failed.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void turnReader_ofTheFirstTurnNeedsNoQuery() {
    ActiveTurn turn = scene.submit();

    Collected client = scene.attach(turn.turn(), EntryId.ZERO);

    assertThat(client.ids()).containsExactly("1-0");
    assertThat(scene.stores.queries).isZero();
  }

  @Test
  void turnReader_ofALaterTurnWithoutPositionStartsAtItsFirstEntry() {
    scene.whole("a");
    ActiveTurn turn = scene.whole("b");

    Collected client = scene.attach(turn.turn(), EntryId.ZERO);

    assertThat(client.text()).isEqualTo("b");
    assertThat(client.ids()).startsWith(turn.first().toString());
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void turnReader_ofATurnNobodyKnowsFails() {
    Collected client = scene.attach(TurnId.make(), EntryId.ZERO);

    assertThat(client.closed).isEqualTo(CloseReason.FAILED);
  }

  @Test
  void slowSink_isClosedWhenTheBufferPassesItAndOthersAreUnhurt() {
    Scene scene = new Scene(Scene.bounds(10, 200));
    ActiveTurn turn = scene.submit();
    Scene.Attempt attempt = scene.claim(turn.turn());
    Collected good = scene.attach(EntryId.ZERO);
    Collected slow = scene.attach(EntryId.ZERO);
    slow.room(3);
    for (int i = 0; i < 13; i++) {
      attempt.text("x");
    }

    assertThat(slow.closed).isNull();
    attempt.text("one too many");
    attempt.end();

    assertThat(slow.closed).isEqualTo(CloseReason.SLOW);
    assertThat(slow.reader.position()).isEqualTo(slow.entries.getLast().id());
    assertThat(good.entries).isEqualTo(scene.visible());
    Collected resumed = scene.attach(slow.reader.position());
    assertThat(resumed.entries).hasSize(scene.visible().size() - slow.entries.size());
  }

  @Test
  void slowSink_readingHistoryIsPacedAndNeverClosed() {
    Scene scene = new Scene(Scene.bounds(10, 5));
    ActiveTurn turn = scene.submit();
    Scene.Attempt attempt = scene.claim(turn.turn());
    for (int i = 0; i < 30; i++) {
      attempt.text(i + " ");
    }
    Collected slow = new Collected();
    slow.room = 2;
    slow.reader = scene.hub.attach(new Attachment(scene.session, null, EntryId.ZERO, false), slow);
    scene.settle();
    assertThat(scene.stores.reads).isEqualTo(1);
    for (int i = 30; i < 100; i++) {
      attempt.text(i + " ");
    }
    attempt.end();
    assertThat(scene.stores.reads).isEqualTo(1);
    assertThat(slow.closed).isNull();

    while (slow.closed == null) {
      slow.room(2);
      scene.settle();
    }

    assertThat(slow.entries).isEqualTo(scene.visible());
    assertThat(slow.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void sinkThatThrows_costsItsOwnReaderOnly() {
    ActiveTurn turn = scene.submit();
    Collected good = scene.attach(EntryId.ZERO);
    Collected bad = scene.attach(EntryId.ZERO);
    bad.broken = true;

    scene.claim(turn.turn()).text("on");

    assertThat(bad.closed).isEqualTo(CloseReason.FAILED);
    assertThat(good.text()).isEqualTo("on");
  }

  @Test
  void lastReaderGone_unsubscribesAfterALinger() {
    ActiveTurn turn = scene.submit();
    Collected client = scene.attach(EntryId.ZERO);
    client.reader.close(CloseReason.DISCONNECTED);
    client.reader.close(CloseReason.SLOW);
    assertThat(client.closed).isEqualTo(CloseReason.DISCONNECTED);
    assertThat(scene.hub.readers()).isZero();
    scene.pass(Duration.ofSeconds(1));
    Collected back = scene.attach(client.reader.position());
    scene.pass(Duration.ofSeconds(3));
    assertThat(scene.stores.unsubscribed).isZero();

    back.reader.close(CloseReason.DISCONNECTED);
    scene.pass(Duration.ofSeconds(3));

    assertThat(scene.stores.unsubscribed).isEqualTo(1);
    assertThat(scene.hub.sessions()).isZero();
    Collected third = scene.attach(EntryId.ZERO);
    scene.claim(turn.turn()).text("on");
    assertThat(third.text()).isEqualTo("on");
  }

  @Test
  void close_endsAllReadersAndWhoeverComes() {
    scene.submit();
    Collected client = scene.attach(EntryId.ZERO);

    scene.hub.close();
    Collected late = scene.attach(EntryId.ZERO);

    assertThat(client.closed).isEqualTo(CloseReason.DRAINING);
    assertThat(late.closed).isEqualTo(CloseReason.DRAINING);
    assertThat(scene.hub.readers()).isZero();
  }

  @Test
  void turnWait_completesWithTheTerminalOrWhenTimeIsOver() {
    ActiveTurn turn = scene.submit();
    Attachment attachment = new Attachment(scene.session, turn.turn(), before(turn), false);
    var wait =
        TurnWait.forEnd(scene.hub, attachment, Duration.ofSeconds(30), scene.time, scene.work::add);
    var brief =
        TurnWait.forEnd(scene.hub, attachment, Duration.ofSeconds(1), scene.time, scene.work::add);
    scene.pass(Duration.ofSeconds(2));
    assertThat(brief).isCompletedWithValue(false);
    assertThat(wait).isNotDone();

    scene.claim(turn.turn()).end();

    assertThat(wait).isCompletedWithValue(true);
    assertThat(scene.hub.readers()).isZero();
  }

  private static EntryId before(ActiveTurn turn) {
    return EntryId.first(turn.userEpoch() - 1);
  }
}
