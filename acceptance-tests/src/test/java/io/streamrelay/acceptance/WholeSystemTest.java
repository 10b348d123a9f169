package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.resource.TurnResource;
import io.streamrelay.client.resource.TurnStatus;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.worker.provider.demo.DemoText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  /** A submitted turn. */
  private record Asked(String session, String question, String model, String id) {
    Turn at(int gateway) {
      return Clients.of(system, gateway).session(session).turn(id);
    }

    String expected(int attempt) {
      return DemoText.of(model, question, attempt);
    }
  }

  private static Asked submit(int gateway, String session, String model) {
    String question = "Tell me about " + session;
    Submission submission = Submission.builder().message(question).model(model).build();
    Turn turn = Clients.of(system, gateway).session(session).submit(submission);
    return new Asked(session, question, model, turn.id());
  }

  @Test
  void fiftyTurns_throughDropsAndAKilledWorkerAndGatewayEndExactlyOnceWithTheirText()
      throws Exception {
    List<Asked> turns = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      turns.add(submit(i % 2, "whole-" + i, i < TURNS - 1 ? MODEL : LONG));
    }
    Asked cancelled = turns.get(TURNS - 1);
    List<TurnReading> readings;
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<TurnReading>> live = new ArrayList<>();
      for (int i = 0; i < TURNS; i++) {
        int number = i;
        live.add(readers.submit(() -> read(turns.get(number), number)));
      }
      Future<TurnReading> late = readers.submit(() -> late(turns.get(1)));
      Future<String> whole = readers.submit(() -> turns.get(3).at(0).answer().text());
      new TurnReading().readSomeText(turns.get(0).at(0));
      cancelFromElsewhere(cancelled);
      system.worker(0).kill();
      system.gateway(0).kill();
      system.replaceGateway(0);
      system.replaceWorker(0);

      readings = new ArrayList<>();
      for (Future<TurnReading> reading : live) {
        readings.add(reading.get());
      }
      check(turns.get(1), late.get());
      assertThat(whole.get()).isEqualTo(readings.get(3).text());
    }
    for (int i = 0; i < TURNS - 1; i++) {
      check(turns.get(i), readings.get(i));
    }
    checkCancelled(cancelled, readings.getLast());
    check(turns.get(2), new TurnReading().readToEnd(turns.get(2).at(1)));
    checkDatabase(turns);
  }

  /** One in two stays, the others drop every now and then, and resume on the other gateway. */
  private static TurnReading read(Asked turn, int number) {
    Random random = new Random(number);
    boolean drops = number % 4 >= 2;
    TurnReading reading = new TurnReading();
    for (int gateway = number % 2; !reading.ended(); gateway = 1 - gateway) {
      reading.read(turn.at(gateway), event -> drops && random.nextInt(8) == 0);
    }
    return reading;
  }

  private static TurnReading late(Asked turn) {
    new TurnReading().readSomeText(turn.at(0));
    return new TurnReading().readToEnd(turn.at(1));
  }

  private static void cancelFromElsewhere(Asked turn) {
    new TurnReading().readSomeText(turn.at(0));
    assertThat(turn.at(1).cancel("enough").status()).isEqualTo(TurnStatus.CANCELLED);
  }

  private static void check(Asked turn, TurnReading reading) {
    reading.check();
    assertThat(reading.terminal()).isInstanceOf(RelayEvent.End.class);
    String expected = turn.expected(reading.attempt());
    assertThat(Answer.sha256(reading.text())).isEqualTo(Answer.sha256(expected));
  }

  private static void checkCancelled(Asked turn, TurnReading reading) {
    reading.check();
    assertThat(reading.terminal())
        .isInstanceOfSatisfying(
            RelayEvent.Cancelled.class, end -> assertThat(end.reason()).isEqualTo("enough"));
    assertThat(reading.text()).isNotEmpty();
    assertThat(turn.expected(reading.attempt())).startsWith(reading.text());
    TurnResource resource = turn.at(0).fetch();
    assertThat(resource.status()).isEqualTo(TurnStatus.CANCELLED);
    assertThat(resource.message().text()).isEqualTo(reading.text());
  }

  /** PostgreSQL agrees: each turn ended once, saved, with the text its readers have. */
  private static void checkDatabase(List<Asked> turns) throws Exception {
    try (Connection database = system.database();
        PreparedStatement query =
            database.prepareStatement(
                """
                SELECT t.status, t.text_sha256, t.saved_at IS NOT NULL, t.attempt,
                       (SELECT part ->> 'text' FROM messages m, jsonb_array_elements(m.parts) part
                        WHERE m.id = t.answer_message AND part ->> 'type' = 'text')
                FROM turns t WHERE t.id = ?::uuid
                """)) {
      for (Asked turn : turns) {
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
  void jobs_areAllAcknowledgedInTheEnd() {
    submit(0, "acknowledged", "demo-t5-i5-f5").at(0).answer();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          String metrics = system.worker(1).metrics();
          return metrics.contains("relay_busy{lane=\"interactive\"} 0.0");
        });
  }
}
