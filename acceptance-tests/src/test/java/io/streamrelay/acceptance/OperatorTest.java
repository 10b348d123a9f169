package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.protocol.job.DeadLetter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/** What an operator sees and does, of a system whose workers die. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OperatorTest {
  private static final String LONG = "demo-t4000-i25-f50-vary";
  private static final String SHORT = "demo-t20-i10-f10-vary";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
  private static RelaySystem system;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings =
        Map.of(
            "RELAY_WORKER_GRACE", "0s",
            "RELAY_MODELS_LETTERS_TARGETS", "demo/" + LONG,
            "RELAY_MODELS_LETTERS_TAKEOVER", "fail");
    system = RelaySystem.start(folder, 1, 2, settings);
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  private static JsonNode admin(String path) throws Exception {
    StreamClient.Answer answer = CLIENT.get(system.url(0) + "/admin/" + path);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static @Nullable JsonNode find(String state, String turn) throws Exception {
    for (JsonNode item : admin("turns?limit=200&state=" + state).get("items")) {
      if (item.get("turnId").asString().equals(turn)) {
        return item;
      }
    }
    return null;
  }

  /** The turn as listed, once that attempt of it has said something. */
  private static JsonNode awaitAttempt(String turn, int attempt) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> find("running", turn),
            item ->
                item != null
                    && item.get("attempt").intValue() == attempt
                    && item.has("lastAppendMillis"));
  }

  /** Kills that worker, and waits for another in its place. */
  private static void replace(String worker) throws Exception {
    int index = system.workerNamed(worker);
    system.worker(index).kill();
    system.replaceWorker(index);
  }

  @Test
  void poisonTurn_diesAfterThreeAttemptsAndGoesOnAtTheOperatorsWord() throws Exception {
    Submitted poison = Submitted.submit(system, 0, "poison", LONG);
    for (int attempt = 1; attempt <= 3; attempt++) {
      Submitted other = Submitted.submit(system, 0, "other-" + attempt, SHORT);
      other.endsWithItsText(0, new TurnReading());
      JsonNode running = awaitAttempt(poison.id(), attempt);
      assertThat(running.at("/held/worker").asString()).isEqualTo(running.get("worker").asString());
      assertThat(running.get("ageMillis").longValue()).isPositive();
      replace(running.get("worker").asString());
    }

    await().atMost(PATIENCE).until(() -> find("dead", poison.id()) != null);
    TurnReading told = poison.readToEnd(0, new TurnReading());
    assertThat(told.terminal())
        .isInstanceOfSatisfying(
            RelayEvent.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo("attempts_exhausted"));
    assertThat(find("dead", poison.id()).get("attempt").intValue()).isEqualTo(3);
    assertThat(find("running", poison.id())).isNull();
    try (Jedis redis = new Jedis(system.redis().host(), system.redis().port())) {
      await().atMost(PATIENCE).until(() -> redis.xlen("jobs:interactive") == 0);
      assertThat(redis.xrevrange(DeadLetter.STREAM, "+", "-"))
          .singleElement()
          .satisfies(letter -> assertThat(letter.getFields()).containsEntry("turn", poison.id()));
    }
    Submitted after = Submitted.submit(system, 0, "other-after", SHORT);
    after.endsWithItsText(0, new TurnReading());

    StreamClient.Answer requeued =
        CLIENT.post(system.url(0) + "/admin/turns/" + poison.id() + "/requeue", "");
    assertThat(requeued.text("action")).as("%s", requeued.body()).isEqualTo("submitted");
    Submitted again =
        new Submitted(system, "poison", poison.question(), LONG, requeued.text("turnId"));
    awaitAttempt(again.id(), 1);
    StreamClient.Answer cancelled =
        CLIENT.post(system.url(0) + "/admin/turns/" + again.id() + "/cancel", "");
    assertThat(cancelled.text("status")).isEqualTo("cancelled");
    assertThat(again.readToEnd(0, new TurnReading()).terminal())
        .isInstanceOfSatisfying(
            RelayEvent.Cancelled.class, end -> assertThat(end.by()).isEqualTo("admin"));
    assertThat(system.gateway(0).log())
        .contains("requeues turn " + poison.id() + ": submitted")
        .contains("cancels turn " + again.id());
  }

  @Test
  void drain_movesAWorkersTurnsAndLeavesItIdle() throws Exception {
    Submitted turn = Submitted.submit(system, 0, "drained", "demo-t400-i25-f50-vary");
    TurnReading begun = turn.readSomeText(0);
    String worker = awaitAttempt(turn.id(), 1).get("worker").asString();

    ProcessBuilder command =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("..", "gateway", "target", "app", "gateway.jar").toString(),
                "turns",
                "drain",
                worker,
                "--url",
                system.url(0)));
    Path said = folder.resolve("drain.txt");
    Process draining = command.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(draining.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(draining.exitValue()).as(said.toString()).isZero();
    turn.endsWithItsText(0, begun);
    assertThat(begun.attempt()).as("a hand-over doesn't count").isEqualTo(1);
    await().atMost(PATIENCE).until(() -> "drained".equals(state(worker)));
    for (int i = 0; i < 3; i++) {
      Submitted.submit(system, 0, "elsewhere-" + i, SHORT).endsWithItsText(0, new TurnReading());
    }
    assertThat(state(worker)).isEqualTo("drained");
    replace(worker);
  }

  @Test
  void workers_thatLeaveSaySo() throws Exception {
    await().atMost(PATIENCE).until(() -> admin("workers").get("items").size() == 2);

    system.worker(0).terminate();
    assertThat(system.worker(0).awaitExit(PATIENCE)).isTrue();

    await()
        .atMost(Duration.ofSeconds(8)) // less than what gateways believe of one that says nothing
        .until(() -> admin("workers").get("items").size() == 1);
    system.replaceWorker(0);
  }

  private static @Nullable String state(String worker) throws Exception {
    for (JsonNode item : admin("workers").get("items")) {
      if (item.get("worker").asString().equals(worker)) {
        return item.get("state").asString();
      }
    }
    return null;
  }

  @Test
  void takeoverFail_keepsWhatReadersHave() throws Exception {
    Submitted turn = Submitted.submit(system, 0, "kept", "letters");
    TurnReading begun = turn.readSomeText(0);

    replace(awaitAttempt(turn.id(), 1).get("worker").asString());
    TurnReading whole = turn.readToEnd(0, begun);

    assertThat(whole.terminal())
        .isInstanceOfSatisfying(
            RelayEvent.Failed.class, failed -> assertThat(failed.code()).isEqualTo("interrupted"));
    assertThat(whole.attempt()).isEqualTo(1);
    assertThat(whole.text()).hasSizeGreaterThanOrEqualTo(40);
  }
}
