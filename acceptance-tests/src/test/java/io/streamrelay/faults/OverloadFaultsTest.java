package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.faults.Api.Answer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More is submitted than can be answered. */
@Tag("faults")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class OverloadFaultsTest {
  private static final int SLOTS = 8;
  private static final double TURN_SECONDS = 1.05;
  private static final String MODEL = "demo-t26-i40-f50";
  private static final int SECONDS = 60;

  @Test
  @Tag("F42")
  void threeTimesTooMuch_isRefusedAtOnceAndTheRestAnswered() throws Exception {
    Map<String, String> settings =
        Map.of(
            "RELAY_WORKER_SLOTS", Integer.toString(SLOTS),
            "RELAY_GATEWAY_ADMISSION_WAITINGJOBS", Integer.toString(2 * SLOTS));
    try (FaultySystem system = FaultySystem.start("overload", 1, 1, settings)) {
      List<Answer> answers = submitTooMuch(system.gateway(0).url());
      system.progress().awaitAllEnded();

      List<Answer> refused = answers.stream().filter(answer -> answer.status() != 202).toList();
      assertThat(refused)
          .isNotEmpty()
          .allMatch(answer -> answer.status() == 503 && answer.retryAfter().matches("\\d+"));
      assertThat(notEnded(system)).isZero();
      double goodput = endedPerSecond(system) / (SLOTS / TURN_SECONDS);
      Figures.tell(
          "F42",
          "turns answered at three times the load, of what can be",
          "%.0f %%".formatted(100 * goodput),
          ">= 90 %",
          goodput >= 0.9);
      Figures.within(
          "F42",
          "refusal, p99 of " + refused.size(),
          Figures.quantile(refused.stream().map(Answer::took).toList(), 0.99),
          Duration.ofMillis(50));
    }
  }

  private static List<Answer> submitTooMuch(String gateway) throws Exception {
    double rate = 3 * SLOTS / TURN_SECONDS;
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> asked = new ArrayList<>();
      long began = System.nanoTime();
      for (int i = 0; i < SECONDS * rate; i++) {
        TimeUnit.NANOSECONDS.sleep(began + (long) (i / rate * 1e9) - System.nanoTime());
        String session = "f42-" + i;
        asked.add(threads.submit(() -> Api.submit(gateway, session, session, "Hello", MODEL)));
      }
      for (Future<Answer> answer : asked) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  private static double endedPerSecond(FaultySystem system) throws SQLException {
    return number(
        system,
        """
        SELECT count(*) / extract(epoch FROM max(ended_at) - min(created_at)) FROM turns
        """);
  }

  private static double notEnded(FaultySystem system) throws SQLException {
    return number(system, "SELECT count(*) FROM turns WHERE status <> 'ended'");
  }

  private static double number(FaultySystem system, String sql) throws SQLException {
    try (Connection database = system.database();
        Statement query = database.createStatement();
        ResultSet row = query.executeQuery(sql)) {
      row.next();
      return row.getDouble(1);
    }
  }
}
