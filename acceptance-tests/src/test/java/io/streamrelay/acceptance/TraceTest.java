package io.streamrelay.acceptance;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CONSUMER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_INTERNAL;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_PRODUCER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static io.opentelemetry.proto.trace.v1.Status.StatusCode.STATUS_CODE_UNSET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.streamrelay.acceptance.TraceCollector.Told;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.KeyProperties;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The trace of a turn that survives its killed worker, as a collector is sent it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TraceTest {
  private static final String CANARY = "canary-5f0c1d";
  private static final String PEPPER = CANARY + "-a-pepper-of-32-characters-or-more";
  private static final String OWNER = "ada-lovelace";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private static TraceCollector collector;
  private static BreakingProvider provider;
  private static RelaySystem system;
  private static String key;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws Exception {
    collector = new TraceCollector();
    provider = new BreakingProvider();
    Map<String, String> settings = new HashMap<>();
    settings.put("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", collector.url());
    settings.put("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY", "50ms");
    settings.put("RELAY_DEV", "false");
    settings.put("RELAY_KEYS_PEPPER", PEPPER);
    settings.put("RELAY_PROVIDERS_BREAKING_TYPE", "openai-chat");
    settings.put("RELAY_PROVIDERS_BREAKING_BASEURL", provider.url());
    settings.put("RELAY_PROVIDERS_BREAKING_APIKEY", CANARY + "-of-the-provider");
    settings.put("RELAY_MODELS_LETTERS_TARGETS", "breaking/cut-1");
    settings.put("RELAY_MODELS_QUICK_TARGETS", "demo/demo-t5-i5-f5");
    system = RelaySystem.start(folder, 1, 2, settings);
    key = createKey();
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
    if (provider != null) {
      provider.close();
    }
    if (collector != null) {
      collector.close();
    }
  }

  private static String createKey() throws Exception {
    KeyProperties settings =
        new KeyProperties(PEPPER, null, Duration.ofSeconds(15), Duration.ZERO, 10);
    ApiKey made = ApiKey.make();
    try (Connection database = system.database();
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO api_keys (id, prefix, hash, caller, name)"
                    + " VALUES (gen_random_uuid(), ?, ?, ?, 'test')")) {
      insert.setString(1, made.prefix());
      insert.setString(2, settings.readPepper().hash(made));
      insert.setString(3, OWNER);
      insert.execute();
    }
    return made.reveal();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(system.url(0) + path))
        .header("Authorization", "Bearer " + key)
        .header("X-Canary", CANARY)
        .timeout(Duration.ofSeconds(60));
  }

  private HttpRequest.Builder submission(String session, String model, boolean stream) {
    String body =
        "{\"message\":\"Keep %s to yourself\",\"model\":\"%s\",\"stream\":%s}"
            .formatted(CANARY, model, stream);
    return request("/api/chat/" + session)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static Told awaitSpan(String trace, String name) {
    return collector.await(
        name + " of trace " + trace,
        told -> told.trace().equals(trace) && told.name().equals(name));
  }

  private static List<Told> spans(String trace) {
    return collector.spans().stream().filter(told -> told.trace().equals(trace)).toList();
  }

  private static RelayProcess workerOf(String turn) throws Exception {
    try (Connection database = system.database();
        Statement query = database.createStatement();
        ResultSet row = query.executeQuery("SELECT worker FROM turns WHERE id = '" + turn + "'")) {
      row.next();
      return system.worker(system.workerNamed(row.getString(1)));
    }
  }

  private static void assertSpan(
      Told told, SpanKind kind, String service, String parent, Map<String, Object> attributes) {
    assertThat(told.span().getKind()).as(told.name()).isEqualTo(kind);
    assertThat(told.service()).as(told.name()).isEqualTo(service);
    assertThat(told.parent()).as(told.name()).isEqualTo(parent);
    assertThat(told.attributes()).as(told.name()).isEqualTo(attributes);
    assertThat(told.span().getStatus().getCode()).as(told.name()).isEqualTo(STATUS_CODE_UNSET);
    assertThat(told.span().getEventsList()).as(told.name()).isEmpty();
  }

  @Test
  void turnOfAKilledWorker_isOneTraceFromItsPostToItsReader() throws Exception {
    HttpResponse<String> accepted =
        http.send(
            submission("killed-session", "letters", false)
                .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                .build(),
            BodyHandlers.ofString());
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    String turn = StreamClient.JSON.readTree(accepted.body()).path("turnId").asString();
    CompletableFuture<HttpResponse<String>> reader =
        http.sendAsync(
            request("/api/chat/killed-session/turns/" + turn + "/stream").build(),
            BodyHandlers.ofString());
    Told claim = awaitSpan(TRACE, "claim");
    Told first = awaitSpan(TRACE, "first event");
    await().atMost(PATIENCE).until(() -> provider.calls("cut-1") == 1);
    RelayProcess killed = workerOf(turn);

    killed.kill();

    RelayProcess other = killed == system.worker(0) ? system.worker(1) : system.worker(0);
    String read = reader.get().body();
    assertThat(read).contains("event: end").contains("time.").contains("\"reset\":true");
    Told attempt = awaitSpan(TRACE, "attempt");
    Told request = awaitSpan(TRACE, "POST /api/chat/{session}");
    Told submit = awaitSpan(TRACE, "submit");
    Told queue = awaitSpan(TRACE, "queue");
    Told chat = awaitSpan(TRACE, "chat cut-1");
    Told save = awaitSpan(TRACE, "save");
    Told close = awaitSpan(TRACE, "close");
    List<Told> claims = spans(TRACE).stream().filter(told -> told.name().equals("claim")).toList();
    assertThat(spans(TRACE)).as("all there are").hasSize(10);

    String gateway = "stream-relay-gateway";
    String worker = "stream-relay-worker";
    assertSpan(
        request,
        SPAN_KIND_SERVER,
        gateway,
        CALLER,
        Map.of(
            "http.request.method", "POST",
            "http.route", "/api/chat/{session}",
            "http.response.status_code", 202L));
    assertSpan(
        submit,
        SPAN_KIND_INTERNAL,
        gateway,
        request.id(),
        Map.of("relay.turn.id", turn, "relay.outcome", "accepted"));
    assertSpan(
        queue,
        SPAN_KIND_PRODUCER,
        gateway,
        submit.id(),
        Map.of("relay.turn.id", turn, "relay.lane", "interactive"));
    assertThat(claims).hasSize(2).first().isEqualTo(claim);
    String killedAttempt = claim.parent();
    assertSpan(claim, SPAN_KIND_INTERNAL, worker, killedAttempt, Map.of());
    assertThat(spans(TRACE)).as("it never ended").noneMatch(it -> it.id().equals(killedAttempt));
    assertSpan(
        attempt,
        SPAN_KIND_CONSUMER,
        worker,
        submit.id(),
        Map.of(
            "relay.turn.id",
            turn,
            "relay.lane",
            "interactive",
            "relay.worker",
            other.name(),
            "relay.attempt",
            2L,
            "relay.takeover",
            true,
            "relay.outcome",
            "ended"));
    assertThat(attempt.links()).containsExactly(TRACE + "/" + killedAttempt);
    assertSpan(claims.getLast(), SPAN_KIND_INTERNAL, worker, attempt.id(), Map.of());
    assertSpan(save, SPAN_KIND_INTERNAL, worker, attempt.id(), Map.of());
    assertSpan(close, SPAN_KIND_INTERNAL, worker, attempt.id(), Map.of());
    Map<String, Object> asked = new HashMap<>(chat.attributes());
    assertThat((Double) asked.get("gen_ai.response.time_to_first_chunk")).isPositive();
    asked.remove("gen_ai.response.time_to_first_chunk");
    assertThat(asked)
        .isEqualTo(
            Map.of(
                "gen_ai.operation.name", "chat",
                "gen_ai.provider.name", "openai",
                "gen_ai.request.model", "cut-1",
                "gen_ai.response.finish_reasons", List.of("stop"),
                "gen_ai.usage.input_tokens", 10L,
                "gen_ai.usage.output_tokens", 5L,
                "relay.provider", "breaking",
                "server.address", "127.0.0.1",
                "server.port", (long) URI.create(provider.url()).getPort()));
    assertSpan(chat, SPAN_KIND_CLIENT, worker, attempt.id(), chat.attributes());
    assertSpan(first, SPAN_KIND_INTERNAL, gateway, submit.id(), Map.of("relay.turn.id", turn));
    assertThat(first.links()).hasSize(1);
    Told followed =
        collector.await(
            "the reader's request", told -> first.links().contains(told.trace() + "/" + told.id()));
    assertThat(followed.name()).isEqualTo("GET /api/chat/{session}/turns/{turn}/stream");
    assertThat(followed.trace()).isNotEqualTo(TRACE);
    assertInOrder(request, submit, queue, claim, attempt, chat, save, close);
    assertThat(other.log())
        .containsPattern(
            "\\[" + TRACE + "\\] .*turn " + turn + " ended: session killed-session, attempt 2");
  }

  private static void assertInOrder(Told... begun) {
    for (int i = 1; i < begun.length; i++) {
      assertThat(begun[i].span().getStartTimeUnixNano())
          .as("%s begins no sooner than %s", begun[i].name(), begun[i - 1].name())
          .isGreaterThanOrEqualTo(begun[i - 1].span().getStartTimeUnixNano());
    }
  }

  @Test
  void streamOfAPost_isInTheTraceOfItsRequest() throws Exception {
    HttpResponse<String> answer =
        http.send(submission("streamed", "quick", true).build(), BodyHandlers.ofString());
    assertThat(answer.body()).contains("event: end");

    Told submit =
        collector.await(
            "the submit", told -> told.name().equals("submit") && !told.trace().equals(TRACE));
    String trace = submit.trace();
    Told request = awaitSpan(trace, "POST /api/chat/{session}");
    Told first = awaitSpan(trace, "first event");
    Told attempt = awaitSpan(trace, "attempt");
    Told chat = awaitSpan(trace, "chat demo-t5-i5-f5");
    assertThat(request.parent()).isEmpty();
    assertThat(first.parent()).isEqualTo(request.id());
    assertThat(attempt.parent()).isEqualTo(submit.id());
    assertThat(attempt.links()).isEmpty();
    assertThat(chat.parent()).isEqualTo(attempt.id());
    assertThat(request.span().getEndTimeUnixNano())
        .as("the request ends with its stream")
        .isGreaterThanOrEqualTo(chat.span().getEndTimeUnixNano());
  }

  @Test
  void nothingThatWasSecretOrSaid_wasTraced() throws Exception {
    HttpResponse<String> answer =
        http.send(submission("secret", "quick", true).build(), BodyHandlers.ofString());
    assertThat(answer.body()).contains("event: end");
    await()
        .atMost(PATIENCE)
        .until(() -> collector.spans().stream().anyMatch(it -> it.name().equals("attempt")));

    Set<String> names = new HashSet<>();
    collector.spans().forEach(told -> names.add(told.name()));
    assertThat(key).hasSizeGreaterThan(20);
    assertThat(collector.raw())
        .contains("submit")
        .doesNotContain(CANARY)
        .doesNotContain(key)
        .doesNotContain("Once upon")
        .doesNotContain("killed-session")
        .doesNotContain(OWNER);
    assertThat(names)
        .allMatch(name ->
            name.startsWith("POST /api/chat/{session}")
                || name.startsWith("GET /api/chat/{session}")
                || name.startsWith("chat ")
                || Set.of("submit", "queue", "claim", "attempt", "save", "close", "first event")
                    .contains(name));
  }
}
