package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.client.EventStream;
import io.streamrelay.client.Session;
import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.resource.Message;
import io.streamrelay.client.submission.OnBusy;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.worker.provider.demo.DemoText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Turns that wait for others or interrupt them, on a running system with readers connected. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class OnBusyTest {
  private static final String SHORT = "demo-t40-i10-f20";
  private static final String LONG = "demo-t4000-i25-f50";

  /** Much less than the sweeper needs to find a turn without a job. */
  private static final Duration AT_ONCE = Duration.ofMillis(1500);

  private static RelaySystem system;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private static Session session(int gateway, String id) {
    return Clients.of(system, gateway).session(id);
  }

  private static Turn submit(String session, String question, String model, OnBusy onBusy) {
    return session(0, session)
        .submit(Submission.builder().message(question).model(model).onBusy(onBusy).build());
  }

  /** A session's events, with the moments at which they came. */
  private static final class Following {
    private final List<RelayEvent> events = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private final List<TurnReading> turns = new ArrayList<>();

    /** Reads until so many turns have ended. */
    Following read(int gateway, String session, int ends) {
      try (EventStream stream = session(gateway, session).follow("0-0")) {
        for (int ended = 0; ended < ends; ) {
          RelayEvent event = stream.next();
          nanos.add(System.nanoTime());
          events.add(event);
          if (event instanceof RelayEvent.User) {
            turns.add(new TurnReading());
          }
          turns.getLast().add(event);
          ended += event instanceof RelayEvent.Terminal ? 1 : 0;
        }
      }
      assertThat(turns).hasSize(ends);
      return this;
    }

    /** From each terminal to the next turn's start. */
    List<Duration> pauses() {
      List<Duration> pauses = new ArrayList<>();
      for (int i = 0; i + 2 < events.size(); i++) {
        if (events.get(i) instanceof RelayEvent.Terminal
            && events.get(i + 2) instanceof RelayEvent.Start) {
          pauses.add(Duration.ofNanos(nanos.get(i + 2) - nanos.get(i)));
        }
      }
      return pauses;
    }
  }

  private static void endsWith(TurnReading turn, String question, String model) {
    turn.check();
    assertThat(turn.terminal()).isInstanceOf(RelayEvent.End.class);
    assertThat(Answer.sha256(turn.text()))
        .isEqualTo(Answer.sha256(DemoText.of(model, question, turn.attempt())));
  }

  @Test
  void enqueuedTurns_streamOneAfterTheOther() throws Exception {
    String session = "queue-1";
    submit(session, "first", SHORT, OnBusy.REJECT);
    for (String question : List.of("second", "third", "fourth")) {
      submit(session, question, SHORT, OnBusy.ENQUEUE);
    }

    Following followed = new Following().read(1, session, 4);

    TurnReading.checkOrder(followed.events);
    List<String> questions = List.of("first", "second", "third", "fourth");
    for (int i = 0; i < questions.size(); i++) {
      endsWith(followed.turns.get(i), questions.get(i), SHORT);
    }
    assertThat(followed.pauses()).hasSize(3).allMatch(pause -> pause.compareTo(AT_ONCE) < 0);
    List<Message> messages = session(0, session).messages().toList();
    assertThat(messages).hasSize(8);
    for (int i = 0; i + 1 < messages.size(); i++) {
      assertThat(messages.get(i).parent()).isEqualTo(messages.get(i + 1).id());
    }
  }

  @Test
  void interrupt_inMidAnswerGivesAllReadersTheCancelThenTheNextTurn() throws Exception {
    String session = "interrupt-1";
    Turn first = submit(session, "first", LONG, OnBusy.REJECT);
    Turn second = submit(session, "second", SHORT, OnBusy.ENQUEUE);
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Following>> following = new ArrayList<>();
      for (int gateway = 0; gateway < 2; gateway++) {
        int at = gateway;
        following.add(readers.submit(() -> new Following().read(at, session, 3)));
      }
      Turn elsewhere = session(1, session).turn(second.id());
      Future<TurnReading> waiting = readers.submit(() -> new TurnReading().readToEnd(elsewhere));
      new TurnReading().read(first, event -> event instanceof RelayEvent.Text);

      Turn last = submit(session, "instead", SHORT, OnBusy.INTERRUPT);

      for (Future<Following> each : following) {
        Following followed = each.get(60, TimeUnit.SECONDS);
        TurnReading.checkOrder(followed.events);
        TurnReading cut = followed.turns.getFirst();
        cut.check();
        assertThat(cut.terminal())
            .isInstanceOfSatisfying(
                RelayEvent.Cancelled.class,
                end -> assertThat(end.reason()).isEqualTo("interrupted"));
        assertThat(cut.text()).isNotEmpty();
        assertThat(DemoText.of(LONG, "first", 1)).startsWith(cut.text());
        assertThat(followed.turns.get(1).terminal()).isInstanceOf(RelayEvent.Cancelled.class);
        assertThat(followed.turns.get(1).text()).isEmpty();
        endsWith(followed.turns.get(2), "instead", SHORT);
        assertThat(followed.turns.get(2).terminal().turn()).isEqualTo(last.id());
        assertThat(followed.pauses()).allMatch(pause -> pause.compareTo(AT_ONCE) < 0);
      }
      assertThat(waiting.get(60, TimeUnit.SECONDS).terminal())
          .isInstanceOf(RelayEvent.Cancelled.class);
    }
    await()
        .atMost(Duration.ofSeconds(5)) // the provider isn't read on
        .until(() -> busy() == 0);
  }

  /** Jobs that any worker holds. */
  private static double busy() throws Exception {
    return system
        .worker(0)
        .metrics()
        .lines()
        .filter(line -> line.startsWith("relay_busy{lane=\"interactive\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  @Test
  void killedWorkers_keepNobodyWaiting() throws Exception {
    String session = "killed-1";
    Turn first = submit(session, "first", "demo-t150-i20-f20", OnBusy.REJECT);
    submit(session, "second", SHORT, OnBusy.ENQUEUE);
    submit(session, "third", SHORT, OnBusy.ENQUEUE);
    new TurnReading().read(first, event -> event instanceof RelayEvent.Text);
    system.worker(0).kill();
    system.worker(1).kill();
    system.replaceWorker(0);
    Following followed = new Following().read(1, session, 3);
    system.replaceWorker(1);

    endsWith(followed.turns.get(0), "first", "demo-t150-i20-f20");
    assertThat(followed.turns.get(0).attempt()).isEqualTo(2);
    endsWith(followed.turns.get(1), "second", SHORT);
    endsWith(followed.turns.get(2), "third", SHORT);
    TurnReading.checkOrder(followed.events);
  }
}
