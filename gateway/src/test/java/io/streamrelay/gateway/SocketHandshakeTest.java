package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.RawSocket.Answer;
import io.streamrelay.gateway.dialect.websocket.ChatSockets;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.TestKeys;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Who may open a socket, on a gateway that asks for keys, and how long. */
@TestPropertySource(
    properties = {
      "relay.dev=false",
      "relay.keys.pepper=pepper of this test",
      "relay.keys.check=1s",
      "relay.gateway.cors.allowed-origins=https://app.example",
      "relay.gateway.websocket.per-caller=3",
      "relay.gateway.websocket.subscriptions=2",
      "logging.level.io.streamrelay=debug",
      "server.jetty.accesslog.enabled=true"
    })
@ExtendWith(OutputCaptureExtension.class)
class SocketHandshakeTest extends GatewayTest {
  private static final String GOOD_KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";

  @Autowired KeyProperties properties;
  @Autowired ChatSockets sockets;

  private final List<TestSocket> open = new ArrayList<>();
  private ApiKey key = ApiKey.make();

  @BeforeEach
  void makeKey() {
    await().until(() -> send(as(ApiKey.make(), "/api/models")).statusCode() == 401);
    key = key(false);
  }

  @AfterEach
  void close() {
    open.forEach(TestSocket::close);
    await().until(() -> sockets.active() == 0);
  }

  private ApiKey key(boolean trusted) {
    String caller = "c-" + UUID.randomUUID();
    return TestKeys.make(backstage.keys(), properties.readPepper(), caller, trusted, true);
  }

  private static String bearer(ApiKey key) {
    return "Authorization: Bearer " + key.reveal() + "\n";
  }

  private TestSocket open(ApiKey key, String... more) {
    TestSocket socket =
        TestSocket.open(
            port,
            "",
            builder -> {
              builder.header("Authorization", "Bearer " + key.reveal());
              for (int i = 0; i < more.length; i += 2) {
                builder.header(more[i], more[i + 1]);
              }
            });
    open.add(socket);
    return socket;
  }

  private TestSocket byToken(String token) {
    TestSocket socket = TestSocket.open(port, "?token=" + token, builder -> {});
    open.add(socket);
    return socket;
  }

  private String token(ApiKey key, String... headers) {
    var request = as(key, "/api/stream-tokens");
    if (headers.length > 0) {
      request.headers(headers);
    }
    var made = send(request.POST(BodyPublishers.ofString("{\"socket\":true}")));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(json(made).get("socket").booleanValue()).isTrue();
    assertThat(json(made).has("session")).isFalse();
    return json(made).get("token").stringValue();
  }

  private static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers()).containsKey("x-request-id");
    assertThat(answer.headers().get("content-type")).isEqualTo("application/problem+json");
    assertThat(JSON.readTree(answer.body()).get("code").stringValue()).isEqualTo(code);
  }

  @Test
  void key_opensASocketOfItsCaller() {
    String session = newSession();
    JsonNode accepted = submit(open(key), session);

    assertThat(accepted.get("type").stringValue()).isEqualTo("accepted");
    assertThat(send(as(key, "/api/chat/" + session)).statusCode()).isEqualTo(200);
    assertThat(send(as(key(false), "/api/chat/" + session)).statusCode()).isEqualTo(404);
  }

  private JsonNode submit(TestSocket socket, String session) {
    return socket
        .send(
            "{'type':'submit','requestId':'r','sessionId':'"
                + session
                + "','message':'Hi','follow':false}")
        .next();
  }

  @Test
  void answer_isThatOfRfc6455WithTheRequestsIdAndNoExtension() {
    Answer answer =
        RawSocket.asked(
            port,
            "",
            bearer(key)
                + "x-request-id: r-1\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\n"
                + "Sec-WebSocket-Protocol: other, stream-relay.v1\n");

    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.headers())
        .containsEntry("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        .containsEntry("sec-websocket-protocol", "stream-relay.v1")
        .containsEntry("x-request-id", "r-1")
        .doesNotContainKey("sec-websocket-extensions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "Stream-Relay.V1"})
  void otherSubprotocol_isNotChosen(String offered) {
    Answer answer =
        RawSocket.asked(port, "", bearer(key) + "Sec-WebSocket-Protocol: " + offered + "\n");

    assertThat(answer.status()).as(answer.body()).isEqualTo(101);
    assertThat(answer.headers()).doesNotContainKey("sec-websocket-protocol");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sec-WebSocket-Key: \n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=\n",
        "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\n",
        GOOD_KEY + GOOD_KEY,
        GOOD_KEY + "Content-Length: 5\n",
        GOOD_KEY + "Transfer-Encoding: chunked\n",
        GOOD_KEY + "Sec-WebSocket-Extensions: \"\n"
      })
  void handshakeThatIsNotRfc6455s_isRefused(String headers, CapturedOutput output) {
    String request =
        """
        GET /ws/chat HTTP/1.1
        Host: 127.0.0.1:%d
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Version: 13
        %s%s
        """;

    for (int i = 0; i < 5; i++) { // no place is lost
      Answer answer = RawSocket.asked(port, request.formatted(port, bearer(key), headers));
      assertProblem(answer, 400, "invalid_request");
    }
    assertThat(output).doesNotContain("ERROR").doesNotContain("incomplete");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Authorization: Bearer srk_x\n",
        "Authorization: Basic eDp5\n",
      })
  void withoutAKey_isRefused(String headers) {
    assertProblem(RawSocket.asked(port, "", headers), 401, "unauthorized");
    assertProblem(RawSocket.asked(port, "?token=" + key.reveal(), headers), 401, "unauthorized");
    assertProblem(RawSocket.asked(port, "?token=" + "A".repeat(43), headers), 401, "unauthorized");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:PORT, 101",
    "https://app.example, 101",
    "https://127.0.0.1:PORT, 101",
    "http://127.0.0.1, 403",
    "http://localhost:PORT, 403",
    "https://other.example, 403",
    "https://app.example.other.example, 403",
    "http://app.example, 403",
    "https://app.example:8443, 403",
    "null, 403",
    "http://127.0.0.1:PORT@other.example, 403",
    "file://, 403"
  })
  void origin_isLookedAtBeforeTheUpgrade(String origin, int status) {
    String header = "Origin: " + origin.replace("PORT", Integer.toString(port)) + "\n";

    Answer answer = RawSocket.asked(port, "", bearer(key) + header);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(RawSocket.asked(port, "", bearer(key) + header + header).status()).isEqualTo(403);
    if (status == 403) {
      assertProblem(answer, 403, "forbidden");
    }
  }

  @Test
  void requestThatIsNoUpgrade_saysHowToAsk() {
    var plain = send(as(key, "/ws/chat"));
    assertProblem(plain, 426, "invalid_request");
    assertThat(plain.headers().firstValue("Upgrade")).hasValue("websocket");
    assertThat(plain.headers().firstValue("Sec-WebSocket-Version")).hasValue("13");
    assertProblem(
        send(as(key, "/ws/chat").POST(BodyPublishers.ofString("{}"))), 405, "invalid_request");
    assertProblem(send(as(key, "/ws/other")), 404, "not_found");
    await().until(() -> sockets.active() == 0);
    for (int i = 0; i < 5; i++) { // no place is lost
      assertProblem(send(as(key, "/ws/chat")), 426, "invalid_request");
    }
  }

  @Test
  void token_opensSocketsAgainAndAgainAsWhomItWasMadeFor(CapturedOutput output) {
    ApiKey trusted = key(true);
    String session = newSession();
    String token = token(trusted, "X-Relay-User", "ann");

    for (int i = 0; i < 3; i++) {
      try (TestSocket socket = byToken(token)) {
        submit(socket, session);
      }
    }

    assertThat(send(as(trusted, "/api/chat/" + session).header("X-Relay-User", "ann")).statusCode())
        .isEqualTo(200);
    assertThat(send(as(trusted, "/api/chat/" + session)).statusCode()).isEqualTo(404);
    assertThat(output).doesNotContain(token).doesNotContain(trusted.reveal());
  }

  @Test
  void token_ofEitherKindOpensNothingElse() {
    String forSockets = token(key);
    String session = newSession();
    var made =
        send(
            as(key, "/api/stream-tokens")
                .POST(BodyPublishers.ofString("{\"session\":\"" + session + "\"}")));
    String forStreams = json(made).get("token").stringValue();

    assertProblem(RawSocket.asked(port, "?token=" + forStreams, ""), 401, "unauthorized");
    for (String path :
        List.of("/api/chat/" + session + "/stream", "/api/models", "/admin/turns", "/ws/other")) {
      assertProblem(get(path + "?token=" + forSockets), 401, "unauthorized");
    }
    assertThat(RawSocket.asked(port, "?token=" + forSockets, "").status()).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"socket\":false}", "{\"socket\":true,\"session\":\"s\"}"})
  void tokenForBothOrNeither_isRefused(String body) {
    assertProblem(
        send(as(key, "/api/stream-tokens").POST(BodyPublishers.ofString(body))),
        400,
        "invalid_request");
  }

  @Test
  void revokedKey_closesItsSocketsAndThoseOfItsTokens() {
    TestSocket other = open(key(false));
    TestSocket idle = open(key);
    TestSocket byToken = byToken(token(key));
    String session = newSession();
    submit(byToken, session);
    byToken
        .send("{'type':'subscribe','requestId':'r','sessionId':'" + session + "'}")
        .next("subscribed");

    backstage.keys().revoke(key.prefix());

    assertThat(idle.closeCode()).isEqualTo(4401);
    assertThat(byToken.closeCode()).isEqualTo(4401);
    other.send("{'type':'ping'}").next("pong");
    await().until(() -> hub.readers() == 0);
  }

  @Test
  void sockets_ofACallerAreBounded() {
    List<TestSocket> three = List.of(open(key), open(key), open(key));

    Answer refused = RawSocket.asked(port, "", bearer(key));
    assertProblem(refused, 429, "too_many_streams");
    assertThat(refused.headers()).containsKey("retry-after");
    assertThat(RawSocket.asked(port, "", bearer(key(false))).status()).isEqualTo(101);
    three.getFirst().close();
    await().until(() -> RawSocket.asked(port, "", bearer(key)).status() == 101);
  }

  @Test
  void subscriptions_ofASocketAreBounded() {
    TestSocket socket = open(key);
    for (int i = 0; i < 2; i++) {
      submit(socket, "s-" + i);
      socket
          .send("{'type':'subscribe','requestId':'r','sessionId':'s-" + i + "'}")
          .next("subscribed");
      socket.eventsTo("user");
    }
    submit(socket, "s-2");
    socket.send("{'type':'subscribe','requestId':'r','sessionId':'s-2'}");
    JsonNode refused = socket.next("error");
    socket.send("{'type':'submit','requestId':'r','sessionId':'s-3','message':'Hi'}");
    JsonNode unsubmitted = socket.next("error");

    assertThat(refused.get("code").stringValue()).isEqualTo("too_many_streams");
    assertThat(refused.get("retryAfter").isIntegralNumber()).isTrue();
    assertThat(unsubmitted.get("code").stringValue()).isEqualTo("too_many_streams");
    assertThat(send(as(key, "/api/chat/s-3")).statusCode()).isEqualTo(404);
    socket.send("{'type':'unsubscribe','requestId':'r','sessionId':'s-0'}").next("unsubscribed");
    socket.send("{'type':'subscribe','requestId':'r','sessionId':'s-2'}").next("subscribed");
  }
}
