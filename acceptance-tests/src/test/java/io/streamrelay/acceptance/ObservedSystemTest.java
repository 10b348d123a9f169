package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.observe.AlertQueries;
import io.streamrelay.observe.DashboardQueries;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What operators see of a system under load and faults: a real Prometheus scrapes it and is asked
 * all that dashboards and alerts ask, and nothing that was secret is to be seen anywhere.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ObservedSystemTest {
  private static final String CANARY = "canary-" + UUID.randomUUID();
  private static final String PROVIDER_KEY = "sk-" + CANARY;
  private static final String PEPPER = "pepper-" + CANARY;
  private static final int MOST_SERIES = 1_500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Bodies of refusals and data of {@code error} events. */
  private static final ConcurrentLinkedQueue<String> ERRORS = new ConcurrentLinkedQueue<>();

  @TempDir static Path folder;
  private static TraceCollector traces;
  private static EchoingProvider provider;
  private static RelaySystem system;
  private static PrometheusServer prometheus;
  private static StreamClient client;
  private static String key;

  @BeforeAll
  static void loadAndBreak() throws Exception {
    traces = new TraceCollector();
    provider = new EchoingProvider();
    system = RelaySystem.start(folder, 1, 2, settings());
    prometheus =
        PrometheusServer.start(
            folder,
            List.of(eagerRules()),
            List.of(
                system.gateway(0).managementPort(),
                system.worker(0).managementPort(),
                system.worker(1).managementPort()));
    key = makeKey();
    client = new StreamClient("Authorization", "Bearer " + key, "X-Canary", CANARY);
    load();
  }

  /** Ours, looked at every second in place of every half minute. */
  private static Path eagerRules() throws IOException {
    String rules = Files.readString(AlertQueries.RULES);
    assertThat(rules).contains("interval: 30s");
    return Files.writeString(
        folder.resolve("rules.yaml"), rules.replace("interval: 30s", "interval: 1s"));
  }

  private static Map<String, String> settings() {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "SPRING_PROFILES_ACTIVE", "production",
                "RELAY_DEV", "false",
                "RELAY_KEYS_PEPPER", PEPPER,
                "RELAY_MODELS_BILLED_TARGETS", "echo/answers",
                "RELAY_MODELS_BILLED_PRICE_INPUT", "1.5",
                "RELAY_MODELS_BILLED_PRICE_OUTPUT", "3",
                "RELAY_MODELS_SAFE_TARGETS", "echo/refuses-500",
                "RELAY_MODELS_SAFE_FALLBACK", "billed",
                "RELAY_MODELS_ANY_NAME", "any-*",
                "RELAY_MODELS_ANY_TARGETS", "demo/demo-t1-i0-f0"));
    settings.put("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", traces.url());
    settings.put("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY", "50ms");
    for (String status : List.of("400", "401", "429", "503")) {
      settings.put("RELAY_MODELS_X%s_NAME".formatted(status), "refused-" + status);
      settings.put(
          "RELAY_MODELS_X%s_TARGETS".formatted(status),
          "echo%s/refuses-%s".formatted(status, status));
    }
    for (String each : List.of("ECHO", "ECHO400", "ECHO401", "ECHO429", "ECHO503")) {
      settings.put("RELAY_PROVIDERS_" + each + "_TYPE", "openai-chat");
      settings.put("RELAY_PROVIDERS_" + each + "_BASEURL", provider.url());
      settings.put("RELAY_PROVIDERS_" + each + "_APIKEY", PROVIDER_KEY);
    }
    return settings;
  }

  private static String makeKey() throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Path.of("..", "gateway", "target", "app", "gateway.jar").toString(),
                "key",
                "create",
                "--caller",
                "observed",
                "--trusted")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    command
        .environment()
        .putAll(
            Map.of(
                "SPRING_DATASOURCE_URL", system.postgres().jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", system.postgres().username(),
                "SPRING_DATASOURCE_PASSWORD", system.postgres().password(),
                "RELAY_KEYS_PEPPER", PEPPER));
    return new String(command.start().getInputStream().readAllBytes()).strip();
  }

  /** A worker is killed in the middle of turns of every kind and end. */
  private static void load() throws Exception {
    List<Future<String>> under = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      while (busySlots(0) < 2 || busySlots(1) < 2) { // one worker may take several at once
        boolean drops = under.size() % 2 == 0;
        under.add(readers.submit(() -> read("demo-t240-i25-f50-vary", drops)));
        assertThat(under).hasSizeLessThan(200);
      }
      turns().stream().map(readers::submit).forEach(under::add);
      system.worker(0).kill();
      for (Future<String> each : under) {
        each.get();
      }
    }
  }

  /** Short ones, of every kind and end. */
  private static List<Callable<String>> turns() {
    List<String> models =
        List.of(
            "demo-t20-i5-f5",
            "billed",
            "safe",
            "any-" + CANARY,
            "refused-400",
            "refused-401",
            "refused-429",
            "refused-503");
    List<Callable<String>> turns = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String model = models.get(i % models.size());
      turns.add(() -> read(model, false));
    }
    turns.add(ObservedSystemTest::cancel);
    turns.add(ObservedSystemTest::refuse);
    return turns;
  }

  private static double busySlots(int worker) throws Exception {
    return value(system.worker(worker).metrics(), "relay_slots_busy");
  }

  private static double value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " ") || line.startsWith(series + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String session() {
    return system.url(0) + "/api/chat/" + UUID.randomUUID();
  }

  /** Body of a submission that is all canary. */
  private static String body(String model) {
    return """
    {"message": "%s", "model": "%s", "system": "%s", "context": [{"text": "%s"}],
     "metadata": {"a": "%s"}}\
    """
        .formatted(CANARY, model, CANARY, CANARY, CANARY);
  }

  private static String read(String model, boolean drops) throws Exception {
    String turn = client.submit(session(), body(model));
    int[] events = {0};
    Reading reading =
        client.readToEnd(
            new String[] {turn + "/stream"},
            new Reading(),
            event -> drops && ++events[0] % 20 == 0);
    if (reading.terminal().type().equals("error")) {
      ERRORS.add(reading.terminal().data());
    }
    return reading.terminal().type();
  }

  private static String cancel() throws Exception {
    String session = session();
    String turn = client.submit(session, body("demo-t4000-i25-f50"));
    client.read(turn + "/stream", new Reading(), event -> event.type().equals("text"));
    return client.post(session + "/cancel", "{}").body().toString();
  }

  /** Requests that are wrong in many ways, each with the canary. */
  private static String refuse() throws Exception {
    String url = session();
    refused(client.post(url, "{\"message\": \"" + CANARY + "\", oops"));
    refused(client.post(url, "{\"message\": {\"parts\": [{\"type\": \"" + CANARY + "\"}]}}"));
    refused(client.post(url, body("demo").replace("\"metadata\"", "\"metadta\"")));
    refused(new StreamClient("Authorization", "Bearer " + CANARY).post(url, body("demo")));
    refused(new StreamClient("Cookie", CANARY, "traceparent", CANARY).post(url, body("demo")));
    refused(client.get(url + "/messages"));
    return url;
  }

  private static void refused(StreamClient.Answer answer) {
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    assertThat(answer.body().path("traceId").asString()).matches("[0-9a-f]{32}");
    ERRORS.add(answer.body().toString());
  }

  @AfterAll
  static void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (system != null) {
      system.close();
    }
    if (provider != null) {
      provider.close();
    }
    if (traces != null) {
      traces.close();
    }
  }

  @Test
  void everyQuery_ofPanelsAndAlertsReturnsData() throws Exception {
    for (Callable<String> turn : turns()) { // the others of these tests may have taken a while
      turn.call();
    }
    Map<String, String> queries = new LinkedHashMap<>();
    for (DashboardQueries.Query query : DashboardQueries.all()) {
      if (!query.mayBeEmpty()) {
        queries.put(query.dashboard() + ": " + query.name(), query.expression());
      }
    }
    for (AlertQueries.Rule rule : AlertQueries.all()) {
      for (int i = 0; i < rule.measured().size(); i++) {
        queries.put(rule.name() + " " + i, rule.measured().get(i));
      }
    }
    assertThat(queries).hasSizeGreaterThan(150);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(withoutData(queries)).isEmpty());
  }

  /** Names and expressions of those that say nothing, and why. */
  private static List<String> withoutData(Map<String, String> queries) throws Exception {
    List<String> silent = new ArrayList<>();
    for (Map.Entry<String, String> query : queries.entrySet()) {
      List<PrometheusServer.Sample> samples = prometheus.query(query.getValue());
      if (samples.stream().allMatch(sample -> Double.isNaN(sample.value()))) {
        silent.add(query.getKey() + ": " + query.getValue() + " is " + samples);
      }
    }
    return silent;
  }

  @Test
  void rules_areAllEvaluated() throws Exception {
    assertThat(prometheus.failedRules()).isEmpty();
  }

  @Test
  void exemplars_leadFromAFigureToATrace() {
    for (String histogram :
        List.of(
            "relay_turn_first_chunk_seconds_bucket",
            "gen_ai_client_operation_duration_seconds_bucket",
            "relay_time_to_first_event_seconds_bucket")) {
      await(histogram).atMost(PATIENCE).until(() -> prometheus.exemplars(histogram) > 0);
    }
  }

  @Test
  void canary_isInNoLogMetricTraceOrError() throws Exception {
    assertThat(ERRORS).hasSizeGreaterThan(10).noneMatch(error -> error.contains(CANARY));
    for (RelayProcess process : List.of(system.gateway(0), system.worker(0), system.worker(1))) {
      assertThat(process.log()).isNotEmpty().doesNotContain(CANARY).doesNotContain(key);
    }
    for (RelayProcess process : List.of(system.gateway(0), system.worker(1))) {
      assertThat(process.metrics()).isNotEmpty().doesNotContain(CANARY).doesNotContain(key);
    }
    traces.await(
        "an attempt that took over",
        told -> Boolean.TRUE.equals(told.attributes().get("relay.takeover")));
    assertThat(traces.raw()).contains("gen_ai.request.model").doesNotContain(CANARY, key);
  }

  @Test
  void logs_areJsonWithTheTrace() throws Exception {
    for (RelayProcess process : List.of(system.gateway(0), system.worker(1))) {
      List<JsonNode> lines = process.log().lines().map(StreamClient.JSON::readTree).toList();
      assertThat(lines)
          .isNotEmpty()
          .allSatisfy(line -> {
            assertThat(line.path("@timestamp").asString()).isNotEmpty();
            assertThat(line.path("message").asString()).isNotEmpty();
          });
    }
    List<JsonNode> ends =
        system
            .worker(1)
            .log()
            .lines()
            .map(StreamClient.JSON::readTree)
            .filter(line -> line.path("message").asString().matches("turn \\S+ ended: .*"))
            .toList();
    assertThat(ends)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.path("trace.id").asString()).matches("[0-9a-f]{32}"));
  }

  /** The first of each kind makes series; ten thousand more make none. */
  @Test
  void tenThousandSessionsUsersAndModels_makeNoSeries() throws Exception {
    hammer(300);
    Set<String> gateway = series(system.gateway(0));
    Set<String> worker = series(system.worker(1));

    hammer(10_000);

    assertThat(gateway).hasSizeLessThanOrEqualTo(MOST_SERIES);
    assertThat(worker).hasSizeLessThanOrEqualTo(MOST_SERIES);
    assertThat(newSeries(system.gateway(0), gateway)).isEmpty();
    assertThat(newSeries(system.worker(1), worker)).isEmpty();
  }

  private static Set<String> newSeries(RelayProcess process, Set<String> before) throws Exception {
    Set<String> series = series(process);
    series.removeAll(before);
    return series;
  }

  /** Without those of the JVM's collections, which has some more kinds of them with time. */
  private static Set<String> series(RelayProcess process) throws Exception {
    return process
        .metrics()
        .lines()
        .filter(line -> !line.startsWith("#") && !line.startsWith("jvm_gc_"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Requests of random sessions, users and models; one in fifty is a turn, read to its end. */
  private static void hammer(int requests) throws Exception {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
      List<Future<?>> calls = new ArrayList<>();
      IntStream.range(0, requests)
          .forEach(number -> calls.add(callers.submit(() -> call(http, number))));
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  private static boolean isTurn(int number) {
    return number % 50 == 0;
  }

  private static Void call(HttpClient http, int number) throws Exception {
    String random = UUID.randomUUID().toString();
    String session = system.url(0) + "/api/chat/" + random;
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + key)
            .header("X-Relay-User", random)
            .header("Content-Type", "application/json");
    String model = (isTurn(number) ? "any-" : "") + random;
    HttpRequest made =
        switch (number % 5) {
          case 0 ->
              request
                  .uri(URI.create(session))
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"message\":\"Hello\",\"stream\":true,\"model\":\"%s\"}"
                              .formatted(model)))
                  .build();
          case 1 -> request.uri(URI.create(session + "/stream")).build();
          case 2 -> request.uri(URI.create(system.url(0) + "/" + random)).build();
          case 3 ->
              request
                  .uri(URI.create(session))
                  .method("X" + random.substring(0, 8), HttpRequest.BodyPublishers.noBody())
                  .build();
          default ->
              request
                  .uri(URI.create(session + "/turns/" + random + "/stream?after=" + random))
                  .build();
        };
    HttpResponse<String> answer = http.send(made, HttpResponse.BodyHandlers.ofString());
    if (isTurn(number)) {
      assertThat(answer.body()).contains("event: end");
    } else {
      assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
    }
    return null;
  }
}
