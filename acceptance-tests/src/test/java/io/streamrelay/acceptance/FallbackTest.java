package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.worker.provider.demo.DemoText;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Providers that fail: before the first token the readers notice nothing, after it they see what
 * the model's takeover policy promises, and all that was billed is told.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FallbackTest {
  private static final String ANSWERS = "demo-t20-i5-f0";
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
  private static RelaySystem system;
  private static BreakingProvider provider;

  @BeforeAll
  static void start() throws Exception {
    provider = new BreakingProvider();
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "RELAY_WORKER_SLOTS", "1",
                "RELAY_MODELS_SAFE_TARGETS_BROKEN_PROVIDER", "demo",
                "RELAY_MODELS_SAFE_TARGETS_BROKEN_MODEL", "demo-e0-f0",
                "RELAY_MODELS_SAFE_FALLBACK", "demo/" + ANSWERS,
                "RELAY_MODELS_SAFE_PRICE_INPUT", "1.5",
                "RELAY_MODELS_SAFE_PRICE_OUTPUT", "3",
                "RELAY_MODELS_FRAGILE_TARGETS", "demo/demo-t20-e5-i5-f0",
                "RELAY_MODELS_FRAGILE_FALLBACK", "safe"));
    for (String policy : new String[] {"restart", "fail", "resume"}) {
      String model = "RELAY_MODELS_" + policy.toUpperCase(Locale.ROOT) + "_";
      settings.put(model + "NAME", policy + "-*");
      settings.put(model + "TARGETS", "breaking/*");
      settings.put(model + "TAKEOVER", policy);
      settings.put(model + "PRICE_INPUT", "1");
      settings.put(model + "PRICE_OUTPUT", "2");
    }
    settings.put("RELAY_MODELS_SLOW_TARGETS", "slow/slow");
    for (String key : new String[] {"BREAKING", "SLOW"}) {
      settings.put("RELAY_PROVIDERS_" + key + "_TYPE", "openai-chat");
      settings.put("RELAY_PROVIDERS_" + key + "_BASEURL", provider.url());
    }
    settings.put("RELAY_PROVIDERS_SLOW_REQUESTSPERMINUTE", "12");
    system = RelaySystem.start(folder, 1, 1, settings);
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
    if (provider != null) {
      provider.close();
    }
  }

  private static String submit(String session, String model) throws Exception {
    return CLIENT.submit(
        system.url(0) + "/api/chat/" + session,
        "{\"message\":\"Tell me\",\"model\":\"%s\"}".formatted(model));
  }

  private static Reading read(String turn) throws InterruptedException {
    return CLIENT.readToEnd(turn, new Reading());
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
    assertThat(reading.events().subList(0, reading.events().size() - 1))
        .as("nothing but the end says who answered, or that somebody didn't")
        .noneMatch(event -> event.data().contains("demo"));
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

  /** This provider can't resume: that policy does as {@code restart} then. */
  @ParameterizedTest
  @ValueSource(strings = {"restart", "resume"})
  void readers_ofAnAnswerThatBreaksOffSeeItBeginAnew(String policy) throws Exception {
    String model = policy + "-cut";
    String turn = submit("broken-" + policy, model);

    List<Reading> readings = readTwice(turn, model);

    for (Reading reading : readings) {
      reading.check();
      assertThat(types(reading)) // of the whole answer in one chunk or two
          .startsWith("user", "start", "text", "start", "text")
          .endsWith("text", "end")
          .filteredOn(type -> !type.equals("text"))
          .containsExactly("user", "start", "start", "end");
      assertThat(reading.events().get(2).json().path("text").asString())
          .isEqualTo(BreakingProvider.HALF);
      assertThat(reading.events().get(3).json().path("reset").asBoolean()).isTrue();
      assertThat(reading.text()).isEqualTo(BreakingProvider.WHOLE);
    }
    assertThat(readings.get(1).events()).isEqualTo(readings.get(0).events());
    JsonNode resource = CLIENT.get(turn).body();
    assertThat(resource.path("attempts"))
        .extracting(attempt -> attempt.path("outcome").asString())
        .containsExactly("provider_truncated", "ended");
    assertBilled(resource, 2);
  }

  @Test
  void readers_ofAnAnswerThatBreaksOffKeepItWhereNothingIsToBegin() throws Exception {
    String model = "fail-cut";
    String turn = submit("broken-fail", model);

    for (Reading reading : readTwice(turn, model)) {
      reading.check();
      assertThat(types(reading)).containsExactly("user", "start", "text", "error");
      assertThat(reading.terminal().json().path("code").asString()).isEqualTo("provider_truncated");
      assertThat(reading.text()).isEqualTo(BreakingProvider.HALF);
    }
    JsonNode resource = CLIENT.get(turn).body();
    assertThat(resource.path("status").asString()).isEqualTo("failed");
    assertThat(resource.path("message").path("parts").path(0).path("text").asString())
        .isEqualTo(BreakingProvider.HALF);
    assertBilled(resource, 1);
  }

  /** By one reader from the beginning, and by one that comes when the first has the half. */
  private static List<Reading> readTwice(String turn, String model) throws Exception {
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Reading first = new Reading();
      CountDownLatch half = new CountDownLatch(1);
      Future<?> live =
          readers.submit(() ->
              CLIENT.readToEnd(
                  new String[] {turn + "/stream"},
                  first,
                  event -> {
                    if (event.type().equals("text")) {
                      half.countDown();
                    }
                    return false;
                  }));
      assertThat(half.await(20, TimeUnit.SECONDS)).isTrue();
      Reading second = new Reading();
      CLIENT.read(turn + "/stream", second, event -> event.type().equals("text"));
      provider.breakOff(model);
      CLIENT.readToEnd(turn, second);
      live.get();
      return List.of(first, second);
    }
  }

  private static List<String> types(Reading reading) {
    return reading.events().stream().map(Reading.Event::type).toList();
  }

  /** One row for each attempt with what it cost, and the sum of them. */
  private static void assertBilled(JsonNode turn, int attempts) {
    assertThat(turn.path("attempts")).hasSize(attempts);
    for (JsonNode attempt : turn.path("attempts")) {
      assertUsage(attempt.path("usage"), 1);
    }
    assertUsage(turn.path("usage"), attempts);
  }

  private static void assertUsage(JsonNode usage, int answers) {
    assertThat(usage.path("inputTokens").asInt()).isEqualTo(10 * answers);
    assertThat(usage.path("outputTokens").asInt()).isEqualTo(5 * answers);
    assertThat(usage.path("totalTokens").asInt()).isEqualTo(15 * answers);
    assertThat(usage.path("cost").decimalValue())
        .isEqualByComparingTo(new BigDecimal("0.000020").multiply(BigDecimal.valueOf(answers)));
  }

  @Test
  void turn_thatItsProviderWishesToSeeLaterIsPutOff() throws Exception {
    String turn = submit("busy", "restart-busy");

    assertPutOff(turn);

    assertThat(provider.calls("restart-busy")).isEqualTo(2);
  }

  @Test
  void turn_beyondTheRequestsOfAMinuteIsPutOff() throws Exception {
    Reading first = read(submit("slow-1", "slow"));
    assertThat(first.text()).isEqualTo(BreakingProvider.WHOLE);

    assertPutOff(submit("slow-2", "slow"));

    assertThat(provider.calls("slow")).isEqualTo(2);
  }

  /** Its only slot is free meanwhile, and it is answered in the end. */
  private static void assertPutOff(String turn) throws Exception {
    await().atMost(Duration.ofSeconds(10)).until(() -> isPutOff(turn));
    Reading other = read(submit("beside-" + turn.hashCode(), ANSWERS));
    assertThat(other.terminal().type()).isEqualTo("end");
    assertThat(CLIENT.get(turn).body().path("status").asString()).isEqualTo("accepted");

    Reading reading = read(turn);

    reading.check();
    assertThat(reading.terminal().type()).isEqualTo("end");
    assertThat(reading.text()).isEqualTo(BreakingProvider.WHOLE);
    assertThat(CLIENT.get(turn).body().path("attempts"))
        .extracting(attempt -> attempt.path("outcome").asString())
        .containsExactly("put_off", "ended");
  }

  private static boolean isPutOff(String turn) throws SQLException {
    try (Connection database = system.database();
        PreparedStatement query =
            database.prepareStatement("SELECT not_before > now() FROM turns WHERE id = ?::uuid")) {
      query.setString(1, turn.substring(turn.lastIndexOf('/') + 1));
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Test
  void models_areHeardOfFromTheWorkers() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          JsonNode items = CLIENT.get(system.url(0) + "/api/models").body().path("items");
          assertThat(items).hasSize(7);
          assertThat(items)
              .allSatisfy(
                  item -> assertThat(item.path("availability").asString()).isEqualTo("available"));
        });
  }
}
