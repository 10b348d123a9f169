package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a gateway shows of itself. Others' requests are counted too, so differences count. */
class MetricsTest extends GatewayTest {
  private List<String> series() {
    return management("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private double value(String series) {
    return series().stream()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + series));
  }

  private interface Step {
    void run() throws Exception;
  }

  private void assertCounted(String series, Step step) throws Exception {
    double before = value(series);
    step.run();
    await(series).atMost(Duration.ofSeconds(10)).until(() -> value(series) == before + 1);
  }

  private HttpRequest.Builder message(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  @Test
  void submissions_areCountedByWhatCameOfThem() throws Exception {
    String session = newSession();
    String path = "/api/chat/" + session;
    String hello = "{\"message\":\"Hello\"}";
    String key = UUID.randomUUID().toString();
    var keyed = message(path, hello).header("Idempotency-Key", key);

    assertCounted("relay_submissions_total{outcome=\"accepted\"}", () -> send(keyed));
    assertCounted("relay_submissions_total{outcome=\"repeated\"}", () -> send(keyed));
    assertCounted("relay_submissions_total{outcome=\"busy\"}", () -> post(path, hello));
    assertCounted("relay_submissions_total{outcome=\"invalid\"}", () -> post(path, "{}"));
    assertCounted(
        "relay_submissions_total{outcome=\"invalid\"}",
        () -> post(path, "{\"message\":\"Hello\",\"model\":\"nobody\"}"));
    assertCounted(
        "relay_submissions_total{outcome=\"unavailable\"}",
        () -> {
          backstage.postgres().setAway(true);
          post(path, hello);
          backstage.postgres().setAway(false);
        });
    assertThat(value("relay_submissions_total{outcome=\"failed\"}")).isZero();
  }

  @Test
  void streams_areCountedFromTheirRequestToTheirEnd() throws Exception {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Hi");
    String path = "/api/chat/" + session + "/turns/" + turn + "/stream";

    double opened = value("relay_streams_opened_total{dialect=\"sse\"}");
    double first = value("relay_time_to_first_event_seconds_count{dialect=\"sse\"}");
    assertCounted(
        "relay_streams_closed_total{dialect=\"sse\",reason=\"finished\"}", () -> get(path));

    assertThat(value("relay_streams_opened_total{dialect=\"sse\"}")).isEqualTo(opened + 1);
    assertThat(value("relay_time_to_first_event_seconds_count{dialect=\"sse\"}"))
        .isEqualTo(first + 1);
    assertThat(value("relay_streams_limit")).isPositive();
    assertThat(value("relay_tail_reads_total{store=\"redis\"}")).isPositive();
    assertThat(value("relay_draining")).isZero();
  }

  @Test
  void resumes_areCountedByWhatCameOfThem() throws Exception {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Hi");
    String path = "/api/chat/" + session + "/turns/" + turn + "/stream?after=";

    assertCounted("relay_resumes_total{outcome=\"resumed\"}", () -> get(path + "1-0"));
    assertCounted("relay_resumes_total{outcome=\"restarted\"}", () -> get(path + "99-0"));
    assertCounted("relay_resumes_total{outcome=\"nothing\"}", () -> get(path + "5-0"));
    assertCounted(
        "relay_resumes_total{outcome=\"unavailable\"}",
        () -> {
          backstage.postgres().setAway(true);
          backstage.redis().setAway(true);
          get(path + "1-0");
          backstage.postgres().setAway(false);
          backstage.redis().setAway(false);
        });
  }

  @Test
  void cancels_areCountedAndTimed() throws Exception {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn);

    double latencies = value("relay_cancel_latency_seconds_count");
    assertCounted(
        "relay_turns_total{model=\"other\",outcome=\"cancelled\"}",
        () -> post("/api/chat/" + session + "/cancel", ""));

    assertThat(value("relay_cancel_latency_seconds_count")).isEqualTo(latencies + 1);
  }

  @Test
  void series_stayTheSameWhoeverAsksForWhatever() throws Exception {
    ask("first");
    ask("second");
    List<String> before = names();

    try (var callers = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 10_000; i++) {
        String word = UUID.randomUUID().toString();
        callers.execute(() -> post("/api/chat/" + word, body(word)));
        if (i % 100 == 0) {
          callers.execute(() -> ask(word));
        }
      }
      callers.shutdown();
      assertThat(callers.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
    }

    assertThat(names()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(series()).hasSizeLessThan(1500);
    assertThat(series()).noneMatch(Pattern.compile("(session|user|turn|caller)=").asPredicate());
  }

  private static String body(String word) {
    return "{\"message\":\"Hello\",\"model\":\"" + word + "\"}";
  }

  /**
   * The JVM has more after each new kind of garbage collection, Jetty after a first lost client.
   */
  private List<String> names() {
    return series().stream()
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .filter(name -> !name.startsWith("jvm_") && !name.startsWith("jetty_"))
        .toList();
  }

  /** Everything that has a caller's word in it. */
  private void ask(String word) {
    post("/api/chat/" + word, body(word));
    send(message("/api/chat/" + word, body(word)).header("X-Relay-User", word));
    post("/api/chat/" + word, "{\"message\":\"Hello\",\"model\":\"demo-" + word + "\"}");
    post("/api/chat/" + word + "/cancel", "");
    get("/api/chat/" + word + "/stream?after=7-0");
    get("/api/chat/" + word);
    get("/" + word + "?" + word);
    get("/api/" + word);
    send(request("/api/chat/" + word).method(method(word), BodyPublishers.noBody()));
  }

  private static String method(String word) {
    return word.replaceAll("[^a-z]", "x").toUpperCase(Locale.ROOT);
  }
}
