package io.streamrelay.client;

import static io.streamrelay.client.ScriptedGateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.client.message.Part;
import io.streamrelay.client.resource.CancelResult;
import io.streamrelay.client.resource.Message;
import io.streamrelay.client.resource.Page;
import io.streamrelay.client.resource.TurnStatus;
import io.streamrelay.client.submission.Submission;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CallsTest {
  private static final String SESSION =
      "{\"sessionId\":\"s\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"updatedAt\":\"2026-01-01T00:00:00Z\",\"turns\":2}";

  private static final String ACCEPTED =
      json(
          202,
          "{\"turnId\":\"%s\",\"sessionId\":\"s-1\",\"status\":\"accepted\",\"streamUrl\":\"/x\"}"
              .formatted(Story.TURN));
  private static final String KEY = "srk_verysecret";

  private final FakePause pause = new FakePause();

  private RelayClientBuilder builder(ScriptedGateway gateway) {
    return RelayClient.builder(gateway.uri()).pause(pause);
  }

  @Test
  void submit_isRepeatedUnderOneKeyUntilItIsAccepted() throws Exception {
    try (ScriptedGateway gateway =
            ScriptedGateway.of(
                json(503, "{\"code\":\"queue_full\"}", "Retry-After: 3"),
                json(429, "{}"),
                json(408, "{}"),
                json(500, "{}"),
                "",
                ACCEPTED.substring(0, ACCEPTED.length() - 1),
                "nonsense",
                ACCEPTED);
        RelayClient client = builder(gateway).build()) {
      Turn turn = client.session("s-1").submit("Hello");

      assertThat(turn.id()).isEqualTo(Story.TURN);
      assertThat(gateway.requests()).hasSize(8);
      assertThat(gateway.requests())
          .extracting(r -> r.header("idempotency-key"))
          .containsOnly(gateway.requests().getFirst().header("idempotency-key"));
      assertThat(UUID.fromString(gateway.requests().getFirst().header("idempotency-key")))
          .isNotNull();
      assertThat(gateway.requests())
          .allSatisfy(request -> {
            assertThat(request.method() + request.path()).isEqualTo("POST/api/chat/s-1");
            assertThat(request.body()).isEqualTo("{\"message\":\"Hello\"}");
            assertThat(request.header("content-type")).isEqualTo("application/json");
          });
      assertThat(pause.millis())
          .containsExactly(3000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L);
    }
  }

  @Test
  void submit_makesAnotherKeyEachTimeUnlessItHasOne() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(ACCEPTED);
        RelayClient client = builder(gateway).build()) {
      Submission own = Submission.builder().message("a").idempotencyKey("mine-1").build();
      client.session("s-1").submit("a");
      client.session("s-1").submit("a");
      client.session("s-1").submit(own);
      client.submit(own);

      List<String> keys =
          gateway.requests().stream().map(request -> request.header("idempotency-key")).toList();
      assertThat(keys.get(0)).isNotEqualTo(keys.get(1));
      assertThat(keys.subList(2, 4)).containsExactly("mine-1", "mine-1");
      assertThat(gateway.requests().getLast().path()).isEqualTo("/api/chat/start");
    }
  }

  @Test
  void submit_thatIsGivenUpTellsItsKey() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(503, "{\"code\":\"draining\"}"));
        RelayClient client = builder(gateway).retries(2).build()) {
      RelayException given =
          catchThrowableOfType(RelayException.class, () -> client.session("s-1").submit("a"));

      assertThat(gateway.requests()).hasSize(3);
      assertThat(given.code()).isEqualTo("draining");
      assertThat(given.isRetryable()).isTrue();
      assertThat(given.idempotencyKey())
          .isEqualTo(gateway.requests().getFirst().header("idempotency-key"));
    }
  }

  @Test
  void submit_thatIsRefusedIsNotRepeated() throws Exception {
    String problem =
        "{\"code\":\"session_busy\",\"detail\":\"busy\",\"turnId\":\"t\",\"requestId\":\"r\"}";
    try (ScriptedGateway gateway = ScriptedGateway.of(json(409, problem, "Retry-After: 9"));
        RelayClient client = builder(gateway).build()) {
      RelayException refused =
          catchThrowableOfType(RelayException.class, () -> client.session("s-1").submit("a"));

      assertThat(gateway.requests()).hasSize(1);
      assertThat(refused.code()).isEqualTo("session_busy");
      assertThat(refused.detail()).isEqualTo("busy");
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(9));
      assertThat(refused.requestId()).isEqualTo("r");
      assertThat(refused.problem()).containsEntry("turnId", "t");
    }
  }

  @Test
  void submit_takesNothingElseForAnAnswer() throws Exception {
    for (String body : List.of("{}", "[]", "", "{\"turnId\":\"../x\",\"sessionId\":\"s-1\"}")) {
      try (ScriptedGateway gateway = ScriptedGateway.of(json(202, body));
          RelayClient client = builder(gateway).build()) {
        assertThatThrownBy(() -> client.session("s-1").submit("a"))
            .as(body)
            .isInstanceOf(RelayException.class)
            .hasMessageContaining("unexpected_answer")
            .hasMessageContaining("POST /api/chat/s-1");
      }
    }
  }

  @Test
  void key_isAskedForEachRequestAndShownNowhere() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedGateway gateway = ScriptedGateway.of(json(500, "{}"), json(200, "{}"));
        RelayClient client =
            builder(gateway).apiKey(() -> KEY + asked.incrementAndGet()).user("u@1").build()) {
      client.version();
      client.forUser("u-2").version();

      assertThat(gateway.requests())
          .extracting(request -> request.header("authorization"))
          .containsExactly("Bearer " + KEY + 1, "Bearer " + KEY + 2, "Bearer " + KEY + 3);
      assertThat(gateway.requests())
          .extracting(request -> request.header("x-relay-user"))
          .containsExactly("u@1", "u@1", "u-2");
      assertThat(List.of(client, client.session("s"), client.session("s").turn(Story.TURN)))
          .allSatisfy(shown -> assertThat(shown.toString()).doesNotContain(KEY));
    }
  }

  @Test
  void key_thatNoHeaderCanCarryIsRefusedWithoutShowingIt() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(200, "{}"))) {
      for (String key : List.of(KEY + "\n", "", "ü")) {
        try (RelayClient client = builder(gateway).apiKey(key).build()) {
          assertThatThrownBy(client::version)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("API key")
              .hasMessageNotContaining("srk")
              .hasNoCause();
        }
      }
      assertThat(gateway.requests()).isEmpty();
    }
  }

  @Test
  void uri_mayHaveAPathAndNothingElse() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(200, "{\"version\":\"1\"}"));
        RelayClient client = RelayClient.builder(gateway.uri().resolve("/relay//")).build()) {
      assertThat(client.version().version()).isEqualTo("1");
      assertThat(gateway.requests().getFirst().path()).isEqualTo("/relay/api/version");
      for (String uri :
          List.of("ftp://a", "http:a", "/a", "http://u:p@a", "http://a?b", "http://a#b")) {
        assertThatThrownBy(() -> RelayClient.builder(URI.create(uri)))
            .as(uri)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageNotContaining("u:p");
      }
    }
  }

  @Test
  void settings_thatMakeNoSenseAreRefused() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(200, "{}"));
        HttpClient following =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
      RelayClientBuilder builder = builder(gateway);
      for (Duration time :
          List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
        assertThatThrownBy(() -> builder.silence(time))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeout(time))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.retry(time)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> builder.retries(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> builder.httpClient(following))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("redirects");
    }
  }

  @Test
  void httpClient_ofTheApplicationIsUsedAndLeftOpen() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(200, "{}"));
        HttpClient own = HttpClient.newHttpClient()) {
      try (RelayClient client = builder(gateway).httpClient(own).build()) {
        client.version();
      }
      assertThat(own.isTerminated()).isFalse();
      try (RelayClient client = builder(gateway).httpClient(own).build()) {
        client.version();
      }
      assertThat(gateway.requests()).hasSize(2);
    }
  }

  @Test
  void names_thatAreNoneAreRefusedBeforeAnybodyIsAsked() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(200, "{}"));
        RelayClient client = builder(gateway).build()) {
      for (String id : List.of("", "start", "-a", "a/b", "a\r\nb", "a".repeat(129))) {
        assertThatThrownBy(() -> client.session(id)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> client.session("s").turn("../x"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.forUser("a b")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.session("s").messages(201, null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(gateway.requests()).isEmpty();
    }
  }

  @Test
  void answer_thatDripsIsGivenUpInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              out.write(
                  ScriptedGateway.bytes(
                      ScriptedGateway.head("application/json", "Content-Length: 9999")));
              while (true) {
                out.write(' ');
                out.flush();
                never.await(10, TimeUnit.MILLISECONDS);
              }
            });
        RelayClient client = builder(gateway).retries(1).timeout(Duration.ofMillis(300)).build()) {
      assertThatThrownBy(client::version)
          .isInstanceOf(RelayException.class)
          .hasMessageContaining("no_answer");
      assertThat(gateway.requests()).hasSize(2);
    }
  }

  @Test
  void interruption_endsACallAndTheFlagStays() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (ScriptedGateway gateway = new ScriptedGateway((number, request, out) -> never.await());
        RelayClient client = builder(gateway).build()) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(client::version).isInstanceOf(CallInterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void messages_areReadPageByPageAsTheyAreUsed() throws Exception {
    String message =
        "{\"id\":\"%s\",\"turnId\":\"t\",\"role\":\"robot\",\"status\":\"odd\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"parts\":["
            + "{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"hologram\",\"size\":3},"
            + "{\"type\":\"tool_call\",\"index\":0,\"id\":null,\"name\":null,\"arguments\":\"{}\"}]}";
    String first =
        "{\"items\":[%s,%s],\"next\":\"m 2\"}"
            .formatted(message.formatted("m1"), message.formatted("m2"));
    String last = "{\"items\":[%s]}".formatted(message.formatted("m3"));
    try (ScriptedGateway gateway = ScriptedGateway.of(json(200, first), json(200, last));
        RelayClient client = builder(gateway).build()) {
      assertThat(client.session("s").messages().limit(2))
          .extracting(Message::id)
          .containsExactly("m1", "m2");
      assertThat(gateway.requests()).hasSize(1);
      Page<Message> page = client.session("s").messages(1, "m 2");

      assertThat(gateway.requests())
          .extracting(ScriptedGateway.Request::path)
          .containsExactly(
              "/api/chat/s/messages?limit=200", "/api/chat/s/messages?limit=1&before=m+2");
      assertThat(page.next()).isNull();
      assertThat(page.items().getFirst().parts())
          .containsExactly(
              new Part.Text("a"),
              new Part.Unknown("hologram", "{\"type\":\"hologram\",\"size\":3}"),
              new Part.ToolCall(0, null, null, "{}"));
      assertThat(page.items().getFirst().status()).isEqualTo(TurnStatus.UNKNOWN);
      assertThat(client.session("s").messages()).extracting(Message::id).containsExactly("m3");
    }
  }

  @Test
  void cancel_ofASessionThatGetsNoAnswerIsRepeatedForTheSameTurn() throws Exception {
    String active =
        ",\"active\":{\"sessionId\":\"s\",\"turnId\":\"%s\",\"status\":\"running\",\"model\":\"m\",\"createdAt\":\"2026-01-01T00:00:00Z\"}}";
    AtomicReference<String> running = new AtomicReference<>("t1");
    try (ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              if (request.method().equals("GET")) {
                String session = SESSION.replace("}", active.formatted(running.get()));
                out.write(ScriptedGateway.bytes(json(200, session)));
              } else if (running.compareAndSet("t1", "t2")) {
                return; // cancelled, the next began, and the answer is lost
              } else {
                out.write(
                    ScriptedGateway.bytes(
                        json(200, "{\"turnId\":\"t1\",\"status\":\"cancelled\"}")));
              }
            });
        RelayClient client = builder(gateway).build()) {
      assertThat(client.session("s").cancel())
          .isEqualTo(new CancelResult("t1", TurnStatus.CANCELLED));

      assertThat(gateway.requests())
          .extracting(ScriptedGateway.Request::body)
          .containsExactly("", "{\"turnId\":\"t1\"}", "{\"turnId\":\"t1\"}");
    }
  }

  @Test
  void cancel_ofASessionWithoutTurnsIsNothing() throws Exception {
    try (ScriptedGateway gateway =
            ScriptedGateway.of(json(200, SESSION), json(200, "{\"items\":[]}"));
        RelayClient client = builder(gateway).build()) {
      assertThat(client.session("s").cancel()).isEqualTo(new CancelResult(null, null));
    }
  }

  @Test
  void routes_areAskedAsTheProtocolHasThem() throws Exception {
    try (ScriptedGateway gateway =
            ScriptedGateway.of(
                json(200, "{\"turnId\":\"t\",\"status\":\"ended\"}"),
                json(200, SESSION),
                json(200, SESSION),
                ScriptedGateway.NO_CONTENT,
                json(200, "[]"),
                json(
                    200,
                    "{\"items\":[{\"name\":\"demo*\",\"wildcard\":true,\"default\":true,\"availability\":\"available\"}]}"));
        RelayClient client = builder(gateway).build()) {
      assertThat(client.session("s").turn("t").cancel("enough"))
          .isEqualTo(new CancelResult("t", TurnStatus.ENDED));
      assertThat(client.session("s").title(null).turns()).isEqualTo(2);
      assertThat(client.session("s").fetch().active()).isNull();
      client.session("s").delete();
      assertThat(client.running()).isEmpty();
      assertThat(client.models()).singleElement().matches(model -> model.isDefault());

      assertThat(gateway.requests())
          .extracting(request -> request.method() + " " + request.path() + " " + request.body())
          .containsExactly(
              "POST /api/chat/s/cancel {\"turnId\":\"t\",\"reason\":\"enough\"}",
              "PATCH /api/chat/s {\"title\":null}",
              "GET /api/chat/s ",
              "DELETE /api/chat/s ",
              "GET /api/chat/streams ",
              "GET /api/models ");
    }
  }
}
