package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
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
  private static final StreamClient CLIENT = new StreamClient();

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private static String chat(int gateway, String path) {
    return system.url(gateway) + "/api/chat/" + path;
  }

  private static String submit(String session, String question, String model, String onBusy)
      throws Exception {
    StreamClient.Answer answer =
        CLIENT.post(
            chat(0, session),
            "{\"message\":\"%s\",\"model\":\"%s\",\"onBusy\":\"%s\"}"
                .formatted(question, model, onBusy));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return answer.text("turnId");
  }

  /** A session's stream as one connection gives it, with the moments at which events came. */
  private static final class Following {
    private final Reading reading = new Reading();
    private final List<Long> nanos = new ArrayList<>();
    private final List<Reading> turns = new ArrayList<>();
    private final int ends;

    /**
     * @param ends read until so many turns have ended
     */
    Following(int ends) {
      this.ends = ends;
    }

    Following read(int gateway, String session) throws InterruptedException {
      CLIENT.read(chat(gateway, session + "/stream?follow=true&after=0-0"), reading, this::took);
      assertThat(turns).hasSize(ends);
      return this;
    }

    private boolean took(Reading.Event event) {
      if (event.id() == null) {
        return false;
      }
      nanos.add(System.nanoTime());
      if (event.type().equals("user")) {
        turns.add(new Reading());
      }
      turns.getLast().add(event);
      return event.terminal() && turns.size() == ends;
    }

    /** From each terminal to the next turn's start. */
    List<Duration> pauses() {
      List<Duration> pauses = new ArrayList<>();
      List<Reading.Event> events = reading.events();
      for (int i = 0; i + 2 < events.size(); i++) {
        if (events.get(i).terminal() && events.get(i + 2).type().equals("start")) {
          pauses.add(Duration.ofNanos(nanos.get(i + 2) - nanos.get(i)));
        }
      }
      return pauses;
    }

    void checkOrder() {
      EntryId before = EntryId.ZERO;
      for (Reading.Event event : reading.events()) {
        EntryId id = EntryId.parse(event.id());
        assertThat(id.isAfter(before)).as("%s after %s", id, before).isTrue();
        before = id;
      }
    }
  }

  private static void endsWith(Reading turn, String question, String model) {
    turn.check();
    assertThat(turn.terminal().type()).as("%s", turn.terminal()).isEqualTo("end");
    assertThat(Answer.sha256(turn.text()))
        .isEqualTo(Answer.sha256(DemoText.of(model, question, turn.attempt())));
  }

  @Test
  void enqueuedTurns_streamOneAfterTheOther() throws Exception {
    String session = "queue-1";
    submit(session, "first", SHORT, "reject");
    for (String question : List.of("second", "third", "fourth")) {
      submit(session, question, SHORT, "enqueue");
    }

    Following followed = new Following(4).read(1, session);

    followed.checkOrder();
    List<String> questions = List.of("first", "second", "third", "fourth");
    for (int i = 0; i < questions.size(); i++) {
      endsWith(followed.turns.get(i), questions.get(i), SHORT);
    }
    assertThat(followed.pauses()).hasSize(3).allMatch(pause -> pause.compareTo(AT_ONCE) < 0);
    var items = CLIENT.get(chat(0, session + "/messages")).body().get("items");
    assertThat(items).hasSize(8);
    for (int i = 0; i + 1 < items.size(); i++) {
      assertThat(items.get(i).path("parent").asString())
          .isEqualTo(items.get(i + 1).path("id").asString());
    }
  }

  @Test
  void interrupt_inMidAnswerGivesAllReadersTheCancelThenTheNextTurn() throws Exception {
    String session = "interrupt-1";
    String first = submit(session, "first", LONG, "reject");
    String second = submit(session, "second", SHORT, "enqueue");
    String ofFirst = session + "/turns/" + first + "/stream";
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Following>> following = new ArrayList<>();
      for (int gateway = 0; gateway < 2; gateway++) {
        int at = gateway;
        following.add(readers.submit(() -> new Following(3).read(at, session)));
      }
      String[] urlOfSecond = {chat(1, session + "/turns/" + second + "/stream")};
      Future<Reading> waiting =
          readers.submit(() -> CLIENT.readToEnd(urlOfSecond, new Reading(), event -> false));
      CLIENT.read(chat(0, ofFirst), new Reading(), event -> event.type().equals("text"));

      String last = submit(session, "instead", SHORT, "interrupt");

      for (Future<Following> each : following) {
        Following followed = each.get(60, TimeUnit.SECONDS);
        followed.checkOrder();
        Reading cut = followed.turns.getFirst();
        cut.check();
        assertThat(cut.terminal().type()).isEqualTo("cancel");
        assertThat(cut.terminal().json().path("reason").asString()).isEqualTo("interrupted");
        assertThat(cut.text()).isNotEmpty();
        assertThat(DemoText.of(LONG, "first", 1)).startsWith(cut.text());
        assertThat(followed.turns.get(1).terminal().type()).isEqualTo("cancel");
        assertThat(followed.turns.get(1).text()).isEmpty();
        endsWith(followed.turns.get(2), "instead", SHORT);
        assertThat(followed.turns.get(2).events().getFirst().json().path("turn").asString())
            .isEqualTo(last);
        assertThat(followed.pauses()).allMatch(pause -> pause.compareTo(AT_ONCE) < 0);
      }
      assertThat(waiting.get(60, TimeUnit.SECONDS).terminal().type()).isEqualTo("cancel");
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
    String first = submit(session, "first", "demo-t150-i20-f20", "reject");
    submit(session, "second", SHORT, "enqueue");
    submit(session, "third", SHORT, "enqueue");
    CLIENT.read(
        chat(0, session + "/turns/" + first + "/stream"),
        new Reading(),
        event -> event.type().equals("text"));
    system.worker(0).kill();
    system.worker(1).kill();
    system.replaceWorker(0);
    Following followed = new Following(3).read(1, session);
    system.replaceWorker(1);

    endsWith(followed.turns.get(0), "first", "demo-t150-i20-f20");
    assertThat(followed.turns.get(0).attempt()).isEqualTo(2);
    endsWith(followed.turns.get(1), "second", SHORT);
    endsWith(followed.turns.get(2), "third", SHORT);
    followed.checkOrder();
  }
}
