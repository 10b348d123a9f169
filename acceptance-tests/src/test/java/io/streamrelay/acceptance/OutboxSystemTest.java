package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.worker.outbox.TestKafka;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What came of each turn is in Kafka, though a worker is killed while it publishes. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class OutboxSystemTest {
  private static final int SESSIONS = 8;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> MODELS =
      List.of("demo-t5-i5-f5", "demo-t9-e3-i5-f5", "demo-t20-i20-f5", "demo-t5-i5-f5");
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
  private static TestKafka kafka;
  private static RelaySystem system;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start("relay.turns");
    system =
        RelaySystem.start(
            folder,
            1,
            2,
            Map.of(
                "RELAY_OUTBOX_ENABLED", "true", "SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.servers()));
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
    kafka.close();
  }

  @Test
  void eachTurn_isToldAtLeastOnceInTheOrderOfItsSession() throws Exception {
    Map<String, List<String>> submitted = new LinkedHashMap<>();
    for (int session = 0; session < SESSIONS; session++) {
      List<String> turns = new ArrayList<>();
      for (String model : MODELS) {
        turns.add(submit("told-" + session, model));
      }
      submitted.put("told-" + session, turns);
    }
    submitted.put("told-cancelled", List.of(submit("told-cancelled", "demo-t4000-i50")));
    CLIENT.post(system.url(0) + "/api/chat/told-cancelled/cancel", "{}");
    await("publishing").atMost(SOON).until(() -> kafka.records().size() > SESSIONS);
    system.worker(0).kill();
    system.replaceWorker(0);

    await("all is told")
        .atMost(SOON)
        .until(() ->
            count("SELECT count(*) FROM turns WHERE ended_at IS NULL") == 0
                && count("SELECT count(*) FROM outbox") == 0);

    List<ConsumerRecord<String, String>> records = kafka.records();
    Map<String, List<String>> told = new LinkedHashMap<>();
    for (ConsumerRecord<String, String> record : records) {
      JsonNode event = JsonMapper.shared().readTree(record.value());
      assertThat(record.key()).isEqualTo("dev/" + event.path("subject").asString());
      told.computeIfAbsent(event.path("subject").asString(), session -> new ArrayList<>())
          .add(event.path("id").asString());
    }
    told.replaceAll((session, turns) -> List.copyOf(new LinkedHashSet<>(turns)));
    assertThat(told).isEqualTo(submitted);
    assertThat(types(records)).isEqualTo(statuses()).containsValues("ended", "failed", "cancelled");
    for (String metric : MetricsTest.OF_THE_OUTBOX) {
      assertThat(system.worker(1).metrics())
          .contains("\n" + metric.replace("seconds", "seconds_count") + "{");
      assertThat(system.gateway(0).metrics()).doesNotContain(metric);
    }
  }

  private static String submit(String session, String model) throws Exception {
    String turn =
        CLIENT.submit(
            system.url(0) + "/api/chat/" + session,
            "{\"message\":\"Hello\",\"model\":\"%s\",\"onBusy\":\"enqueue\"}".formatted(model));
    return turn.substring(turn.lastIndexOf('/') + 1);
  }

  private static Map<String, String> types(List<ConsumerRecord<String, String>> records) {
    return records.stream()
        .map(record -> JsonMapper.shared().readTree(record.value()))
        .collect(
            Collectors.toMap(
                event -> event.path("id").asString(),
                event -> event.path("type").asString().replace("io.streamrelay.turn.", ""),
                (one, repeated) -> {
                  assertThat(repeated).isEqualTo(one);
                  return one;
                }));
  }

  private static Map<String, String> statuses() throws Exception {
    Map<String, String> statuses = new LinkedHashMap<>();
    try (Connection database = system.database();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, status FROM turns")) {
      while (row.next()) {
        statuses.put(row.getString(1), row.getString(2));
      }
    }
    return statuses;
  }

  private static long count(String query) throws Exception {
    try (Connection database = system.database();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
