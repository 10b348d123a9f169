package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.Api.Answer;
import io.streamrelay.protocol.fault.Failpoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** PostgreSQL goes away, is locked, and loses replies. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PostgresFaultsTest {
  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  @Test
  @Tag("F26")
  void stoppedPostgres_delaysEndsAndLosesNone() throws Exception {
    int turns = Size.of(20, 100);
    Load load = Load.begin(system, Scenario.of("F26-postgresql-away", turns, Size.of(4.0, 12)));
    system.progress().awaitSpeaking(turns);

    system.postgres().stop();
    Thread.sleep(Size.of(7000, 60_000)); // the fault lasts beyond the turns' last words
    system.postgres().restart();
    Duration ended = system.progress().awaitAllEnded();

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns()).allMatch(turn -> turn.claims() == 1);
    Figures.within("F26", "PostgreSQL back to last end", ended, Duration.ofSeconds(2));
    Figures.tell("F26", "failed turns", Long.toString(outcome.report().failed()), "0", true);
  }

  @Test
  @Tag("F27")
  void submissionWithoutPostgres_isRefusedAndMakesNothing() throws Exception {
    String session = "f27-" + System.nanoTime();
    system.postgres().stop();

    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Answer refused = submit(i % 2, session);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.retryAfter()).matches("\\d+");
      took.add(refused.took());
    }
    system.postgres().restart();
    assertThat(turns(session)).isZero();
    Answer accepted = await().until(() -> submit(0, session), answer -> answer.status() == 202);
    awaitEnd(session, accepted.turn());

    assertThat(turns(session)).isEqualTo(1);
    Figures.within(
        "F27",
        "503 without PostgreSQL, slowest of those after each gateway's first",
        Figures.quantile(took.subList(2, took.size()), 1),
        Duration.ofMillis(300));
    Figures.tell(
        "F27",
        "the first, which finds out",
        Figures.quantile(took.subList(0, 2), 1).toMillis() + " ms",
        null,
        true);
  }

  @Test
  @Tag("F28")
  void submissionWhoseCommitIsUnsure_isOneTurn() throws Exception {
    String session = "f28-" + System.nanoTime();
    Failpoint lost = system.gateway(0).postgres().loseReplyTo("COMMIT");

    Answer first = submit(0, session);
    lost.await(Duration.ofSeconds(10));
    Answer second = submit(1, session);
    Answer third = submit(0, session);

    assertThat(first.status()).isIn(202, 503);
    assertThat(List.of(second.status(), third.status())).containsOnly(202);
    assertThat(second.turn()).isEqualTo(third.turn());
    awaitEnd(session, second.turn());
    assertThat(turns(session)).isEqualTo(1);
  }

  @Test
  @Tag("F29")
  @Tag("faults")
  void lockedTable_keepsNobodyWaitingForEver() throws Exception {
    int turns = Size.of(10, 30);
    Load load = Load.begin(system, Scenario.of("F29-postgresql-locked", turns, 4));
    system.progress().awaitSpeaking(turns);
    List<Answer> answers = new ArrayList<>();
    String prefix = "f29-" + System.nanoTime() + "-";
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection holder = system.database();
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      lock.execute("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE");

      List<Future<Answer>> asked = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int number = i;
        asked.add(threads.submit(() -> submit(number % 2, prefix + number)));
      }
      Thread.sleep(5000); // the fault lasts so long
      holder.rollback();
      for (Future<Answer> answer : asked) {
        answers.add(answer.get());
      }
    }

    assertThat(answers).allMatch(answer -> answer.status() == 202 || answer.status() == 503);
    Load.Outcome outcome = load.await();
    assertThat(outcome.turns()).allMatch(turn -> turn.claims() == 1);
    List<Duration> took = answers.stream().map(Answer::took).toList();
    Figures.within(
        "F29",
        "answer while a table is locked for 5 s, slowest of 40",
        Figures.quantile(took, 1),
        Duration.ofSeconds(6));
  }

  private static Answer submit(int gateway, String session) throws InterruptedException {
    return Api.submit(
        system.gateway(gateway).url(), session, "key-" + session, "Hello", "demo-t20-i10-f10");
  }

  private static void awaitEnd(String session, String turn) throws InterruptedException {
    Answer over = Api.turn(system.gateway(0).url(), session, turn);
    assertThat(over.body().path("status").asString("")).isEqualTo("ended");
  }

  private static int turns(String session) throws SQLException {
    try (Connection database = system.database();
        PreparedStatement query =
            database.prepareStatement("SELECT count(*) FROM turns WHERE session = ?")) {
      query.setString(1, session);
      ResultSet row = query.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }
}
