package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.prometheus.metrics.tracer.common.SpanContext;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.trace.Traceparent;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** What the gateway traces, and what of a request no span says. */
@ExtendWith(OutputCaptureExtension.class)
@Import(TraceTest.Exporting.class)
@TestPropertySource(properties = "management.opentelemetry.tracing.export.schedule-delay=10ms")
class TraceTest extends GatewayTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final Traceparent CALLER = new Traceparent("00-" + TRACE + "-b7ad6b7169203331-01");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("relay.outcome");

  @TestConfiguration
  static class Exporting {
    @Bean
    InMemorySpanExporter spanExporter() {
      return InMemorySpanExporter.create();
    }
  }

  @Autowired InMemorySpanExporter spans;
  @Autowired ApplicationContext context;

  private Instant began;

  @BeforeEach
  void forget() {
    spans.reset();
    began = Instant.now();
  }

  /** Of this test: the span of an earlier one's request may end after its answer was read. */
  private List<SpanData> ended() {
    long since = TimeUnit.SECONDS.toNanos(began.getEpochSecond()) + began.getNano();
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getStartEpochNanos() >= since)
        .toList();
  }

  private HttpResponse<String> postTraced(String session, String body, String... headers) {
    var request =
        request("/api/chat/" + session)
            .header("Content-Type", "application/json")
            .header("traceparent", CALLER.value())
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private SpanData awaitSpan(String name) {
    return await()
        .until(
            () ->
                ended().stream()
                    .filter(span -> span.getName().equals(name))
                    .findFirst()
                    .orElse(null),
            span -> span != null);
  }

  private static <T> T value(SpanData span, AttributeKey<T> key) {
    return span.getAttributes().get(key);
  }

  @Test
  void submit_isTracedUnderItsCallersSpan() {
    String session = newSession();

    HttpResponse<String> answer = postTraced(session, "{\"message\":\"Hello\"}");

    TurnId turn = TurnId.parse(json(answer).get("turnId").stringValue());
    SpanData request = awaitSpan("POST /api/chat/{session}");
    SpanData submit = awaitSpan("submit");
    SpanData queue = awaitSpan("queue");
    assertThat(ended())
        .hasSize(3)
        .allSatisfy(span -> {
          assertThat(span.getTraceId()).isEqualTo(TRACE);
          assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
          assertThat(span.getEvents()).isEmpty();
          assertThat(span.getLinks()).isEmpty();
        });
    assertThat(request.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(request.getParentSpanId()).isEqualTo(CALLER.span().getSpanId());
    assertThat(request.getAttributes().asMap())
        .containsOnlyKeys(
            AttributeKey.stringKey("http.request.method"),
            AttributeKey.stringKey("http.route"),
            AttributeKey.longKey("http.response.status_code"))
        .containsEntry(AttributeKey.longKey("http.response.status_code"), 202L);
    assertThat(submit.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(submit.getParentSpanId()).isEqualTo(request.getSpanId());
    assertThat(value(submit, OUTCOME)).isEqualTo("accepted");
    assertThat(queue.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(queue.getParentSpanId()).isEqualTo(submit.getSpanId());
    assertThat(value(queue, AttributeKey.stringKey("relay.turn.id"))).isEqualTo(turn.toString());
    assertThat(backstage.turns().look(turn).view().traceparent().span().getSpanId())
        .isEqualTo(submit.getSpanId());
  }

  @Test
  void stream_tellsWhenItsFirstEventCameInTheTurnsTrace() {
    String session = newSession();
    TurnId turn =
        TurnId.parse(json(postTraced(session, "{\"message\":\"Hi\"}")).get("turnId").stringValue());
    SpanData submit = awaitSpan("submit");

    var reading = later("/api/chat/" + session + "/turns/" + turn + "/stream");

    SpanData first = awaitSpan("first event");
    assertThat(reading).isNotDone();
    assertThat(first.getTraceId()).isEqualTo(TRACE);
    assertThat(first.getParentSpanId()).isEqualTo(submit.getSpanId());
    assertThat(first.getLinks()).hasSize(1);
    post("/api/chat/" + session + "/cancel", "");
    assertThat(reading.join().statusCode()).isEqualTo(200);
    SpanData request = awaitSpan("GET /api/chat/{session}/turns/{turn}/stream");
    assertThat(request.getTraceId()).isNotEqualTo(TRACE);
    assertThat(first.getLinks().getFirst().getSpanContext()).isEqualTo(request.getSpanContext());
    assertThat(first.getAttributes().get(AttributeKey.stringKey("relay.close.reason"))).isNull();
  }

  @Test
  void stream_thatEndsWithoutAnEventSaysWhy() {
    String session = newSession();
    submit(session);
    long user = backstage.turns().session(key(session)).epoch();

    var reading = later("/api/chat/" + session + "/stream?after=" + user + "-0");
    await().until(() -> hub.readers() == 1);
    reading.cancel(true);

    assertThat(value(awaitSpan("first event"), AttributeKey.stringKey("relay.close.reason")))
        .as("it was pinged, and told when to come back")
        .isEqualTo("disconnected");
  }

  @Test
  void problem_saysItsTraceAndSoDoesTheLog(CapturedOutput output) {
    HttpResponse<String> answer = postTraced(newSession(), "{}");

    assertProblem(answer, 400, "invalid_request");
    assertThat(json(answer).get("traceId").stringValue()).isEqualTo(TRACE);
    backstage.postgres().setAway(true);
    HttpResponse<String> away = postTraced(newSession(), "{\"message\":\"Hello\"}");
    assertProblem(away, 503, "store_unavailable");
    assertThat(output)
        .contains(away.headers().firstValue("x-request-id").get() + " " + TRACE + "]");
    assertThat(awaitSpan("submit").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(value(awaitSpan("submit"), AttributeKey.stringKey("error.type")))
        .isEqualTo("store_unavailable");
    SpanData failed =
        await()
            .until(
                () ->
                    ended().stream()
                        .filter(span -> span.getKind() == SpanKind.SERVER)
                        .filter(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    assertThat(value(failed, AttributeKey.stringKey("error.type"))).isEqualTo("503");
  }

  @Test
  void traceparent_thatIsNoneBeginsATrace() {
    HttpResponse<String> answer =
        send(request("/api/chat/" + newSession()).header("traceparent", "00-" + "f".repeat(600)));

    String trace = json(answer).get("traceId").stringValue();
    assertThat(trace).matches("[0-9a-f]{32}").isNotEqualTo("f".repeat(32));
  }

  @Test
  void noSpan_saysWhatWasSent() {
    String canary = "canary-" + UUID.randomUUID();
    String session = newSession() + canary;

    postTraced(
        session,
        "{\"message\":\"%s\",\"metadata\":{\"a\":\"%s\"}}".formatted(canary, canary),
        "X-Canary",
        canary,
        "Authorization",
        "Bearer " + canary,
        "tracestate",
        "canary=" + canary,
        "baggage",
        "canary=" + canary);
    postTraced(session, "{\"%s\":1}".formatted(canary), "x-request-id", canary);
    get("/api/chat/" + session + "/stream?canary=" + canary + "&follow=" + canary);
    get("/" + canary);

    await().until(() -> ended().size() >= 6);
    assertThat(ended().toString()).doesNotContain(canary);
  }

  @Test
  void exemplars_haveTheirTrace() {
    assertThat(context.getBean(SpanContext.class)).isNotNull();
  }

  @Test
  void management_isNotTraced() {
    management("/actuator/prometheus");
    get("/api/models");

    awaitSpan("GET /api/models");
    assertThat(ended()).hasSize(1);
  }
}
