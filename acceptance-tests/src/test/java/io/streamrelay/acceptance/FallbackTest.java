package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.worker.provider.demo.DemoText;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A model whose first target always fails: its readers notice nothing. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FallbackTest {
  private static final String ANSWERS = "demo-t20-i5-f0";
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
  private static RelaySystem system;

  @BeforeAll
  static void start() throws Exception {
    system =
        RelaySystem.start(
            folder,
            1,
            1,
            Map.of(
                "RELAY_MODELS_SAFE_TARGETS_BROKEN_PROVIDER", "demo",
                "RELAY_MODELS_SAFE_TARGETS_BROKEN_MODEL", "demo-e0-f0",
                "RELAY_MODELS_SAFE_FALLBACK", "demo/" + ANSWERS,
                "RELAY_MODELS_SAFE_PRICE_INPUT", "1.5",
                "RELAY_MODELS_SAFE_PRICE_OUTPUT", "3",
                "RELAY_MODELS_FRAGILE_TARGETS", "demo/demo-t20-e5-i5-f0",
                "RELAY_MODELS_FRAGILE_FALLBACK", "safe"));
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  private static String submit(String session, String model) throws Exception {
    StreamClient.Answer answer =
        CLIENT.post(
            system.url(0) + "/api/chat/" + session,
            "{\"message\":\"Tell me\",\"model\":\"%s\"}".formatted(model));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return system.url(0) + "/api/chat/" + session + "/turns/" + answer.text("turnId");
  }

  private static Reading read(String turn) throws InterruptedException {
    return CLIENT.readToEnd(new String[] {turn + "/stream"}, new Reading(), event -> false);
  }

  @Test
  void reader_seesACleanAnswerOfTheFallback() throws Exception {
    String turn = submit("fallback", "safe");

    Reading reading = read(turn);

    reading.check();
    assertThat(reading.events().stream().filter(event -> event.type().equals("start"))).hasSize(1);
    assertThat(reading.text()).isEqualTo(DemoText.of(ANSWERS, "Tell me", 1));
    JsonNode end = reading.terminal().json();
    assertThat(reading.terminal().type()).isEqualTo("end");
    assertThat(end.path("model").asString()).isEqualTo(ANSWERS);
    assertThat(end.path("provider").asString()).isEqualTo("demo");
    BigDecimal cost = new BigDecimal("0.000063"); // 2 × 1.5 + 20 × 3 millionths
    assertThat(end.path("usage").path("cost").decimalValue()).isEqualByComparingTo(cost);
    JsonNode resource = CLIENT.get(turn).body();
    assertThat(resource.path("usage").path("cost").decimalValue()).isEqualByComparingTo(cost);
    JsonNode attempt = resource.path("attempts").get(0);
    assertThat(attempt.path("model").asString()).isEqualTo(ANSWERS);
    assertThat(attempt.path("usage").path("cost").decimalValue()).isEqualByComparingTo(cost);
    assertThat(system.worker(0).metrics())
        .contains("relay_route_switches_total{reason=\"provider_unavailable\"}");
  }

  @Test
  void reader_neverSeesAMixture() throws Exception {
    Reading reading = read(submit("mixture", "fragile"));

    reading.check();
    assertThat(reading.terminal().type()).isEqualTo("error");
    assertThat(DemoText.of("demo-t20", "Tell me", 1)).startsWith(reading.text());
    assertThat(reading.text()).isNotEmpty();
  }

  @Test
  void models_areHeardOfFromTheWorkers() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          JsonNode items = CLIENT.get(system.url(0) + "/api/models").body().path("items");
          assertThat(items).hasSize(3);
          assertThat(items)
              .allSatisfy(
                  item -> assertThat(item.path("availability").asString()).isEqualTo("available"));
        });
  }
}
