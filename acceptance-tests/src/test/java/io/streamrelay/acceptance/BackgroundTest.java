package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A provider that generates in the background, before real processes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BackgroundTest {
  private static final StreamClient CLIENT = new StreamClient();
  private static final String ANSWER = "/v1/responses/resp_1";

  /** Lets go those that are told a beginning only. */
  private static final CountDownLatch OVER = new CountDownLatch(1);

  private static final List<String> REQUESTS = new CopyOnWriteArrayList<>();

  @TempDir static Path folder;
  private static HttpServer provider;
  private static ExecutorService threads;
  private static RelaySystem system;

  @BeforeAll
  static void start() throws Exception {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    provider.setExecutor(threads);
    provider.createContext("/", BackgroundTest::answer);
    provider.start();
    system =
        RelaySystem.start(
            folder,
            1,
            1,
            Map.of(
                "RELAY_PROVIDERS_LASTING_TYPE", "openai-responses",
                "RELAY_PROVIDERS_LASTING_BASEURL",
                    "http://127.0.0.1:" + provider.getAddress().getPort() + "/v1",
                "RELAY_PROVIDERS_LASTING_BACKGROUND", "true",
                "RELAY_MODELS_LONG_TARGETS", "lasting/some-model",
                "RELAY_MODELS_LONG_TAKEOVER", "resume"));
  }

  @AfterAll
  static void stop() {
    OVER.countDown();
    if (system != null) {
      system.close();
    }
    provider.stop(0);
    threads.close();
  }

  @BeforeEach
  void forget() {
    REQUESTS.clear();
  }

  /** Who asks is told the answer's beginning, who asks for it once more all of it. */
  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      REQUESTS.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      boolean cancels = exchange.getRequestURI().getPath().endsWith("/cancel");
      exchange
          .getResponseHeaders()
          .set("Content-Type", cancels ? "application/json" : "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      if (cancels) {
        say(exchange, "{}");
        return;
      }
      say(exchange, event(0, "created", "\"response\":{\"id\":\"resp_1\"}"));
      say(exchange, event(1, "output_text.delta", "\"output_index\":0,\"delta\":\"Half\""));
      if (exchange.getRequestMethod().equals("GET")) {
        String rest = "\"output_index\":0,\"delta\":\" and the rest\"";
        say(exchange, event(2, "output_text.delta", rest));
        say(exchange, event(3, "completed", "\"response\":{\"id\":\"resp_1\"}"));
      } else {
        OVER.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static String event(int number, String type, String rest) {
    return "data: {\"type\":\"response.%s\",\"sequence_number\":%d,%s}\n\n"
        .formatted(type, number, rest);
  }

  private static String submit(String session) throws Exception {
    return CLIENT.submit(
        system.url(0) + "/api/chat/" + session, "{\"message\":\"Tell me\",\"model\":\"long\"}");
  }

  @Test
  void killedWorker_theNextGoesOnWithTheSameAnswer() throws Exception {
    String turn = submit("killed");
    Reading reading = new Reading();
    CLIENT.read(turn + "/stream", reading, event -> event.type().equals("text"));

    system.worker(0).kill();
    system.replaceWorker(0);

    CLIENT.readToEnd(turn, reading).check();
    assertThat(reading.terminal().type()).isEqualTo("end");
    assertThat(reading.text()).isEqualTo("Half and the rest");
    assertThat(reading.attempt()).isEqualTo(2);
    assertThat(REQUESTS).containsExactly("POST /v1/responses", "GET " + ANSWER + "?stream=true");
  }

  @Test
  void cancelledTurn_isCancelledAtTheProvider() throws Exception {
    String turn = submit("cancelled");
    Reading reading = new Reading();
    CLIENT.read(turn + "/stream", reading, event -> event.type().equals("text"));

    StreamClient.Answer cancel = CLIENT.post(system.url(0) + "/api/chat/cancelled/cancel", "{}");

    assertThat(cancel.status()).as("%s", cancel.body()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(REQUESTS)
                .containsExactly("POST /v1/responses", "POST " + ANSWER + "/cancel"));
    JsonNode resource = CLIENT.get(turn).body();
    assertThat(resource.path("status").asString()).isEqualTo("cancelled");
  }
}
