package io.streamrelay.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Debian's Prometheus as a child process that scrapes once a second and loads our rules. Ends with
 * this JVM. Thread-safe.
 */
final class PrometheusServer implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final String url;

  private PrometheusServer(Process process, String url) {
    this.process = process;
    this.url = url;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * A sample of an instant query's answer.
   *
   * @param labels as JSON
   */
  record Sample(String labels, double value) {}

  /**
   * Starts it and waits until it says that it is ready.
   *
   * @param folder for its configuration, its data and its log; must exist
   * @param ports management ports of what is scraped
   */
  static PrometheusServer start(Path folder, List<Path> rules, List<Integer> ports)
      throws IOException {
    int port = FreePorts.next();
    StringBuilder config =
        new StringBuilder("global: {scrape_interval: 1s, evaluation_interval: 1s}\n");
    config.append("rule_files:\n");
    rules.forEach(file -> config.append("  - ").append(file.toAbsolutePath()).append('\n'));
    config.append(
        """
        scrape_configs:
          - job_name: stream-relay
            metrics_path: /actuator/prometheus
            static_configs:
              - targets: [%s]
        """
            .formatted(
                String.join(
                    ", ", ports.stream().map(each -> "'127.0.0.1:" + each + "'").toList())));
    Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + file,
                  "--storage.tsdb.path=" + folder.resolve("data"),
                  "--enable-feature=exemplar-storage",
                  "--web.listen-address=127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
    } catch (IOException e) {
      throw new IOException("Prometheus is missing: install Debian's package prometheus", e);
    }
    PrometheusServer server = new PrometheusServer(process, "http://127.0.0.1:" + port);
    await("Prometheus is ready, see " + folder.resolve("prometheus.log"))
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(server::isReady);
    return server;
  }

  private boolean isReady() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Prometheus ended with " + process.exitValue());
    }
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What an expression is now; throws with Prometheus' words where it isn't one. */
  List<Sample> query(String expression) throws IOException, InterruptedException {
    JsonNode answer = json("/api/v1/query?query=" + encoded(expression));
    JsonNode data = answer.path("data");
    List<Sample> samples = new ArrayList<>();
    if (data.path("resultType").asString().equals("scalar")) {
      samples.add(new Sample("{}", value(data.path("result"))));
    } else {
      for (JsonNode each : data.path("result")) {
        samples.add(new Sample(each.path("metric").toString(), value(each.path("value"))));
      }
    }
    return samples;
  }

  /** How many exemplars it keeps of the series that {@code selector} names. */
  int exemplars(String selector) throws IOException, InterruptedException {
    String path =
        "/api/v1/query_exemplars?query=%s&start=0&end=%d"
            .formatted(encoded(selector), System.currentTimeMillis() / 1000 + 1);
    int count = 0;
    for (JsonNode series : json(path).path("data")) {
      count += series.path("exemplars").size();
    }
    return count;
  }

  /** Rules whose last evaluation failed, and why. */
  List<String> failedRules() throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (JsonNode group : json("/api/v1/rules").path("data").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (!rule.path("health").asString().equals("ok")) {
          failures.add(rule.path("name").asString() + ": " + rule.path("lastError").asString());
        }
      }
    }
    return failures;
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    JsonNode answer = StreamClient.JSON.readTree(response.body());
    if (!answer.path("status").asString().equals("success")) {
      throw new IllegalArgumentException(path + ": " + answer.path("error").asString());
    }
    return answer;
  }

  private static double value(JsonNode point) {
    String value = point.path(1).asString();
    return switch (value) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(value);
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20)).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
