package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.streamrelay.worker.outbox.TestKafka;
import io.streamrelay.worker.webhook.DocumentedVerifiers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of each turn is told to Kafka and to a receiver, though that one fails at first and
 * each worker is killed while it tells.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class EventsSystemTest {
  private static final int SESSIONS = 8;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> MODELS =
      List.of("demo-t5-i5-f5", "demo-t9-e3-i5-f5", "demo-t20-i20-f5", "demo-t5-i5-f5");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
  private static TestKafka kafka;
  private static HttpServer receiver;
  private static RelaySystem system;
  private static volatile int answer = 503;
  private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();

  private record Received(
      String id, String timestamp, String signatures, byte[] body, int answered) {
    static Received of(HttpExchange exchange, int answered) throws IOException {
      return new Received(
          exchange.getRequestHeaders().getFirst("webhook-id"),
          exchange.getRequestHeaders().getFirst("webhook-timestamp"),
          exchange.getRequestHeaders().getFirst("webhook-signature"),
          exchange.getRequestBody().readAllBytes(),
          answered);
    }

    JsonNode event() {
      return JsonMapper.shared().readTree(body);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start("relay.turns");
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/hook",
        exchange -> {
          int status = answer;
          RECEIVED.add(Received.of(exchange, status));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.start();
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    system =
        RelaySystem.start(
            folder,
            1,
            2,
            Map.of(
                "RELAY_OUTBOX_ENABLED",
                "true",
                "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                kafka.servers(),
                "RELAY_WEBHOOKS_ALL_URL",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook",
                "RELAY_WEBHOOKS_ALL_SECRETFILE",
                secret.toString()));
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
    receiver.stop(0);
    kafka.close();
  }

  @Test
  void eachTurn_isToldAtLeastOnceInTheOrderOfItsSession() throws Exception {
    Map<String, List<String>> submitted = submitAll();
    await("publishing").atMost(SOON).until(() -> kafka.records().size() > SESSIONS);
    system.worker(0).kill();
    await("all have ended, and Kafka knows")
        .atMost(SOON)
        .until(() ->
            count("turns WHERE ended_at IS NULL") == 0
                && count("outbox WHERE destination = 'kafka'") == 0);
    await("a try").atMost(SOON).until(() -> !RECEIVED.isEmpty());
    assertThat(count("outbox")).as("kept for the receiver").isEqualTo(count("turns"));
    for (String metric : MetricsTest.OF_THE_OUTBOX) {
      assertThat(system.worker(1).metrics())
          .contains("\n" + metric.replace("seconds", "seconds_count") + "{");
      assertThat(system.gateway(0).metrics()).doesNotContain(metric);
    }

    system.replaceWorker(0);
    answer = 204;
    await("some are taken").atMost(SOON).until(() -> taken().size() > 2);
    system.worker(1).kill();
    await("all are taken").atMost(SOON).until(() -> count("outbox") == 0);

    List<JsonNode> byKafka = new ArrayList<>();
    for (ConsumerRecord<String, String> record : kafka.records()) {
      JsonNode event = JsonMapper.shared().readTree(record.value());
      assertThat(record.key()).isEqualTo("dev/" + event.path("subject").asString());
      byKafka.add(event);
    }
    assertTold(byKafka, submitted);
    assertTold(taken().stream().map(Received::event).toList(), submitted);
    DocumentedVerifiers.Verifier verifier = DocumentedVerifiers.java(folder, SECRET);
    for (Received each : RECEIVED) {
      assertThat(each.id()).isEqualTo(each.event().path("id").asString());
      assertThat(verifier.isGenuine(each.id(), each.timestamp(), each.signatures(), each.body()))
          .isTrue();
    }
    assertThat(system.worker(0).metrics())
        .contains("relay_webhook_deliveries_total{outcome=\"delivered\",webhook=\"all\"}");
  }

  /** Gives the turns of each session, as they must end. */
  private static Map<String, List<String>> submitAll() throws Exception {
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
    return submitted;
  }

  private static String submit(String session, String model) throws Exception {
    String turn =
        CLIENT.submit(
            system.url(0) + "/api/chat/" + session,
            "{\"message\":\"Hello\",\"model\":\"%s\",\"onBusy\":\"enqueue\"}".formatted(model));
    return turn.substring(turn.lastIndexOf('/') + 1);
  }

  private static List<Received> taken() {
    return RECEIVED.stream().filter(each -> each.answered() == 204).toList();
  }

  /** Every turn, in its order where repeats are left out, and as it ended. */
  private static void assertTold(List<JsonNode> events, Map<String, List<String>> submitted)
      throws Exception {
    Map<String, List<String>> told = new LinkedHashMap<>();
    Map<String, String> types = new HashMap<>();
    for (JsonNode event : events) {
      String id = event.path("id").asString();
      String type = event.path("type").asString().replace("io.streamrelay.turn.", "");
      told.computeIfAbsent(event.path("subject").asString(), session -> new ArrayList<>()).add(id);
      assertThat(types.getOrDefault(id, type)).isEqualTo(type);
      types.put(id, type);
    }
    told.replaceAll((session, turns) -> List.copyOf(new LinkedHashSet<>(turns)));
    assertThat(told).isEqualTo(submitted);
    assertThat(types).isEqualTo(statuses()).containsValues("ended", "failed", "cancelled");
  }

  private static Map<String, String> statuses() throws Exception {
    Map<String, String> statuses = new HashMap<>();
    try (Connection database = system.database();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, status FROM turns")) {
      while (row.next()) {
        statuses.put(row.getString(1), row.getString(2));
      }
    }
    return statuses;
  }

  private static long count(String rows) throws Exception {
    try (Connection database = system.database();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + rows)) {
      row.next();
      return row.getLong(1);
    }
  }
}
