package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of each turn is told to a receiver, though that fails at first and a worker is killed.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class WebhookSystemTest {
  private static final int SESSIONS = 6;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> MODELS =
      List.of("demo-t5-i5-f5", "demo-t9-e3-i5-f5", "demo-t20-i20-f5");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
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
    await("all have ended")
        .atMost(SOON)
        .until(() -> count("SELECT count(*) FROM turns WHERE ended_at IS NULL") == 0);
    await("a try").atMost(SOON).until(() -> !RECEIVED.isEmpty());
    assertThat(count("SELECT count(*) FROM outbox")).isEqualTo(SESSIONS * MODELS.size() + 1);

    answer = 204;
    await("some are taken").atMost(SOON).until(() -> taken().size() > 2);
    system.worker(0).kill();
    system.replaceWorker(0);
    await("all are taken").atMost(SOON).until(() -> count("SELECT count(*) FROM outbox") == 0);

    Map<String, List<String>> told = new LinkedHashMap<>();
    for (Received each : taken()) {
      assertThat(each.id()).isEqualTo(each.event().path("id").asString());
      told.computeIfAbsent(each.event().path("subject").asString(), session -> new ArrayList<>())
          .add(each.id());
    }
    told.replaceAll((session, turns) -> List.copyOf(new LinkedHashSet<>(turns)));
    assertThat(told).isEqualTo(submitted);
    assertThat(taken())
        .extracting(each -> each.event().path("type").asString())
        .contains(
            "io.streamrelay.turn.ended",
            "io.streamrelay.turn.failed",
            "io.streamrelay.turn.cancelled");
    DocumentedVerifiers.Verifier verifier = DocumentedVerifiers.java(folder, SECRET);
    for (Received each : RECEIVED) {
      assertThat(verifier.isGenuine(each.id(), each.timestamp(), each.signatures(), each.body()))
          .isTrue();
    }
    assertThat(system.worker(1).metrics())
        .contains("relay_webhook_deliveries_total{outcome=\"delivered\",webhook=\"all\"}");
  }

  private static List<Received> taken() {
    return RECEIVED.stream().filter(each -> each.answered() == 204).toList();
  }

  private static String submit(String session, String model) throws Exception {
    String turn =
        CLIENT.submit(
            system.url(0) + "/api/chat/" + session,
            "{\"message\":\"Hello\",\"model\":\"%s\",\"onBusy\":\"enqueue\"}".formatted(model));
    return turn.substring(turn.lastIndexOf('/') + 1);
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
