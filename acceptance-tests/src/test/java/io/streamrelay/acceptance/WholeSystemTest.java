package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.worker.provider.demo.DemoText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two gateways, two workers, and readers that behave as readers do. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class WholeSystemTest {
  private static final int TURNS = 50;
  private static final String MODEL = "demo-t80-i25-f50-emoji-hostile-vary";

  /** Goes on for so long that a cancel is never too late. */
  private static final String LONG = "demo-t4000-i25-f50-emoji-hostile-vary";

  private static RelaySystem system;
  private static final StreamClient CLIENT = new StreamClient();

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  /** A submitted turn. */
  private record Turn(String session, String question, String model, String id) {
    String stream(int gateway) {
      return system.url(gateway) + "/api/chat/" + session + "/turns/" + id + "/stream";
    }

    String resource() {
      return system.url(0) + "/api/chat/" + session + "/turns/" + id;
    }

    String expected(int attempt) {
      return DemoText.of(model, question, attempt);
    }
  }

  private static Turn submit(int gateway, String session, String model) throws Exception {
    String question = "Tell me about " + session;
    StreamClient.Answer answer =
        CLIENT.post(
            system.url(gateway) + "/api/chat/" + session,
            "{\"message\":\"%s\",\"model\":\"%s\"}".formatted(question, model));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return new Turn(session, question, model, answer.text("turnId"));
  }

  @Test
  void fiftyTurns_throughDropsAndAKilledWorkerEndExactlyOnceWithTheirText() throws Exception {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      turns.add(submit(i % 2, "whole-" + i, i < TURNS - 1 ? MODEL : LONG));
    }
    Turn cancelled = turns.get(TURNS - 1);
    List<Reading> readings;
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reading>> live = new ArrayList<>();
      for (int i = 0; i < TURNS; i++) {
        int number = i;
        live.add(readers.submit(() -> dropping(turns.get(number), number)));
      }
      Future<Reading> late = readers.submit(lateFromTheBeginning(turns.get(1)));
      awaitText(turns.get(0));
      cancelFromElsewhere(cancelled);
      system.worker(0).kill();
      system.replaceWorker(0);

      readings = new ArrayList<>();
      for (Future<Reading> reading : live) {
        readings.add(reading.get());
      }
      check(turns.get(1), late.get());
    }
    for (int i = 0; i < TURNS - 1; i++) {
      check(turns.get(i), readings.get(i));
    }
    checkCancelled(cancelled, readings.getLast());
    check(turns.get(2), afterTheEnd(turns.get(2)));
    checkDatabase(turns);
  }

  /** Drops every now and then, and resumes on the other gateway. */
  private static Reading dropping(Turn turn, int seed) throws InterruptedException {
    Random random = new Random(seed);
    String[] urls = {turn.stream(seed % 2), turn.stream((seed + 1) % 2)};
    return CLIENT.readToEnd(urls, new Reading(), event -> random.nextInt(8) == 0);
  }

  private static Callable<Reading> lateFromTheBeginning(Turn turn) {
    return () -> {
      awaitText(turn);
      return CLIENT.readToEnd(new String[] {turn.stream(1)}, new Reading(), event -> false);
    };
  }

  private static Reading afterTheEnd(Turn turn) throws InterruptedException {
    return CLIENT.readToEnd(new String[] {turn.stream(1)}, new Reading(), event -> false);
  }

  private static void awaitText(Turn turn) throws InterruptedException {
    Reading reading = new Reading();
    while (reading.text().length() < 40 && !reading.ended()) {
      CLIENT.read(turn.stream(0), reading, event -> reading.text().length() >= 40);
    }
  }

  private static void cancelFromElsewhere(Turn turn) throws Exception {
    awaitText(turn);
    StreamClient.Answer answer =
        CLIENT.post(
            system.url(0) + "/api/chat/" + turn.session() + "/cancel",
            "{\"turnId\":\"%s\"}".formatted(turn.id()));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  private static void check(Turn turn, Reading reading) {
    reading.check();
    assertThat(reading.terminal().type()).as("%s", reading.terminal()).isEqualTo("end");
    String expected = turn.expected(reading.attempt());
    assertThat(Answer.sha256(reading.text())).isEqualTo(Answer.sha256(expected));
  }

  private static void checkCancelled(Turn turn, Reading reading) throws Exception {
    reading.check();
    assertThat(reading.terminal().type()).isEqualTo("cancel");
    assertThat(reading.text()).isNotEmpty();
    assertThat(turn.expected(reading.attempt())).startsWith(reading.text());
    StreamClient.Answer resource = CLIENT.get(turn.resource());
    assertThat(resource.text("status")).isEqualTo("cancelled");
  }

  /** PostgreSQL agrees: each turn ended once, saved, with the text its readers have. */
  private static void checkDatabase(List<Turn> turns) throws Exception {
    try (Connection database = system.database();
        PreparedStatement query =
            database.prepareStatement(
                """
                SELECT t.status, t.text_sha256, t.saved_at IS NOT NULL, t.attempt,
                       (SELECT part ->> 'text' FROM messages m, jsonb_array_elements(m.parts) part
                        WHERE m.id = t.answer_message AND part ->> 'type' = 'text')
                FROM turns t WHERE t.id = ?::uuid
                """)) {
      for (Turn turn : turns) {
        query.setString(1, turn.id());
        try (ResultSet row = query.executeQuery()) {
          assertThat(row.next()).isTrue();
          assertThat(row.getString(1)).isIn("ended", "cancelled");
          assertThat(row.getBoolean(3)).isTrue();
          assertThat(row.getInt(4)).isBetween(1, 3);
          assertThat(Answer.sha256(row.getString(5))).isEqualTo(row.getString(2));
        }
      }
    }
  }

  @Test
  void jobs_areAllAcknowledgedInTheEnd() throws Exception {
    Turn turn = submit(0, "acknowledged", "demo-t5-i5-f5");
    CLIENT.readToEnd(new String[] {turn.stream(0)}, new Reading(), event -> false);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          String metrics = system.worker(1).metrics();
          return metrics.contains("relay_busy{lane=\"interactive\"} 0.0");
        });
  }
}
