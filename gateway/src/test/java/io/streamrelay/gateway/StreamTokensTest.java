package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.TestKeys;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;

/** Streams by {@code ?token=}, on a gateway that asks for keys. */
@TestPropertySource(
    properties = {
      "relay.dev=false",
      "relay.keys.pepper=pepper of this test",
      "relay.keys.check=1s",
      "logging.level.io.streamrelay=debug",
      "server.jetty.accesslog.enabled=true"
    })
@ExtendWith(OutputCaptureExtension.class)
class StreamTokensTest extends GatewayTest {
  private static final Duration MOMENT = Duration.ofSeconds(1);

  @Autowired KeyProperties properties;
  @Autowired SseStreams streams;
  @Autowired OpenStreams places;

  private final String session = newSession();
  private ApiKey key = ApiKey.make();
  private TurnId turn = TurnId.make();

  @BeforeEach
  void submit() {
    await().until(() -> send(as(ApiKey.make(), "/api/models")).statusCode() == 401);
    key = key(false);
    var submitted =
        send(as(key, "/api/chat/" + session).POST(BodyPublishers.ofString("{\"message\":\"Hi\"}")));
    turn = TurnId.parse(json(submitted).get("turnId").stringValue());
  }

  @AfterEach
  void end() {
    backstage.keys().revoke(key.prefix());
    await().until(() -> streams.active() == 0);
  }

  private ApiKey key(boolean trusted) {
    String caller = "c-" + UUID.randomUUID();
    return TestKeys.make(backstage.keys(), properties.readPepper(), caller, trusted, true);
  }

  private HttpResponse<String> make(HttpRequest.Builder request, String session) {
    return send(request.POST(BodyPublishers.ofString("{\"session\":\"" + session + "\"}")));
  }

  private String token() {
    var made = make(as(key, "/api/stream-tokens"), session);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    return json(made).get("token").stringValue();
  }

  private String ofSession(String token) {
    return "/api/chat/" + session + "/stream?token=" + token;
  }

  private String ofTurn(String token) {
    return "/api/chat/" + session + "/turns/" + turn + "/stream?token=" + token;
  }

  @Test
  void token_opensTheSessionsStreamsAgainAndAgain() {
    var made = make(as(key, "/api/stream-tokens"), session);
    String token = json(made).get("token").stringValue();
    backstage.worker().answer(turn, "Once");

    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(json(made).get("session").stringValue()).isEqualTo(session);
    assertThat(Instant.parse(json(made).get("expiresAt").stringValue()))
        .isBetween(Instant.now().plusSeconds(30), Instant.now().plusSeconds(60));
    assertThat(made.headers().firstValue("Cache-Control")).hasValue("no-store");
    for (int i = 0; i < 3; i++) {
      assertThat(types(get(ofTurn(token)))).containsExactly("user", "start", "text", "end");
    }
    var resumed = get(ofSession(token) + "&after=1-0");
    assertThat(types(resumed)).containsExactly("start", "text", "end");
    assertThat(get(ofSession(token)).statusCode()).isEqualTo(204);
  }

  @Test
  void token_isTakenNowhereElse() {
    String token = token();
    String chat = "/api/chat/" + session;
    String other = newSession();
    send(as(key, "/api/chat/" + other).POST(BodyPublishers.ofString("{\"message\":\"Hi\"}")));

    for (String path :
        List.of(
            chat,
            chat + "/messages",
            chat + "/turns/" + turn,
            "/api/chat/streams",
            "/api/chat/sessions",
            "/api/models",
            "/api/chat/" + other + "/stream",
            "/api/chat/" + other + "/turns/" + turn + "/stream",
            "/admin/turns")) {
      var answer = get(path + "?token=" + token);
      assertProblem(answer, 401, "unauthorized");
      assertThat(answer.body()).doesNotContain(token);
    }
    for (String path : List.of(chat, chat + "/stop", "/api/stream-tokens", chat + "/stream")) {
      assertProblem(post(path + "?token=" + token, "{\"session\":\"s\"}"), 401, "unauthorized");
    }
    assertThat(send(request(ofSession(token)).HEAD()).statusCode()).isEqualTo(401);
    assertProblem(
        send(
            request(chat + "/stream")
                .header("Authorization", "Bearer " + token)
                .header("Cookie", "token=" + token)),
        401,
        "unauthorized");
    assertProblem(get(ofSession(token) + "&token=" + token), 401, "unauthorized");
  }

  @Test
  void token_wrongOrOverIsRefusedInTheSameWords() {
    String over = token();
    backstage.tokens().pass(StreamTokens.UNUSED);
    String detail = "";
    for (String token :
        List.of(over, StreamToken.make().reveal(), "", "x", over + "A", "%20", "..%2F")) {
      var answer = get(ofSession(token));
      assertProblem(answer, 401, "unauthorized");
      String said = json(answer).get("detail").stringValue();
      assertThat(said).isEqualTo(detail.isEmpty() ? said : detail);
      detail = said;
    }
  }

  @Test
  void token_besideAKeyIsNotLookedAt() {
    String token = token();

    assertProblem(send(as(key(false), ofSession(token))), 404, "not_found");
    assertProblem(send(as(ApiKey.make(), ofSession(token))), 401, "unauthorized");
  }

  @Test
  void token_madeWithoutAKeyIsGoodInDevModeOnly() {
    StreamToken made = StreamToken.make();
    backstage
        .tokens()
        .add(StreamTokenId.of(made, new SessionId(session)), new StreamGrant(Owner.DEV, null));

    assertProblem(get(ofSession(made.reveal())), 401, "unauthorized");
  }

  @Test
  void token_isGoodForFiveMinutesAfterEachOpening() {
    String token = token();
    backstage.worker().answer(turn, "Once");
    backstage.tokens().pass(StreamTokens.UNUSED.minus(MOMENT));
    assertThat(get(ofTurn(token)).statusCode()).isEqualTo(200);
    backstage.tokens().pass(StreamTokens.USED.minus(MOMENT));
    assertThat(get(ofTurn(token)).statusCode()).isEqualTo(200);
    backstage.tokens().pass(StreamTokens.USED);

    assertProblem(get(ofTurn(token)), 401, "unauthorized");
  }

  @Test
  void token_ofAnOpenStreamIsKnownToTheWatch() {
    String token = token();
    var stream = later(ofSession(token));
    await().until(() -> streams.active() == 1);

    assertThat(places.openTokens()).hasSize(1);

    backstage.worker().answer(turn, "Once");
    assertThat(types(stream.join())).contains("text", "end");
    await().until(() -> places.openTokens().isEmpty());
  }

  @Test
  void revoked_keyTakesItsTokensAndWhatTheyOpened() throws Exception {
    String token = token();
    String unused = token();
    var stream = later(ofSession(token));
    await().until(() -> streams.active() == 1);

    backstage.keys().revoke(key.prefix());

    assertThat(stream.get(10, TimeUnit.SECONDS).body()).contains("event: user");
    assertProblem(get(ofSession(token)), 401, "unauthorized");
    assertProblem(get(ofSession(unused)), 401, "unauthorized");
  }

  @Test
  void token_isOfTheUserItWasMadeFor() {
    ApiKey trusted = key(true);
    String theirs = newSession();
    send(
        as(trusted, "/api/chat/" + theirs)
            .header("X-Relay-User", "ann")
            .POST(BodyPublishers.ofString("{\"message\":\"Hi\"}")));
    var ann = make(as(trusted, "/api/stream-tokens").header("X-Relay-User", "ann"), theirs);
    var ben = make(as(trusted, "/api/stream-tokens").header("X-Relay-User", "ben"), theirs);
    String path = "/api/chat/" + theirs + "/stream?token=";

    var opened = later(path + json(ann).get("token").stringValue());
    await().until(() -> streams.active() == 1);
    assertProblem(get(path + json(ben).get("token").stringValue()), 404, "not_found");
    backstage.keys().revoke(trusted.prefix());
    assertThat(opened.join().body()).contains("event: user");
  }

  @Test
  void redis_awayIs503() {
    String token = token();
    backstage.redis().setAway(true);

    var made = make(as(key, "/api/stream-tokens"), session);
    var opened = get(ofSession(token));

    assertProblem(made, 503, "store_unavailable");
    assertProblem(opened, 503, "store_unavailable");
    assertThat(opened.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void postgres_awayLeavesTokensOfKnownKeysGood() {
    String token = token();
    backstage.worker().begin(turn).say("Once");
    var before = later(ofSession(token));
    await().until(() -> streams.active() == 1);
    backstage.postgres().setAway(true);

    var during = later(ofSession(token));

    await().until(() -> streams.active() == 2);
    assertThat(before).isNotDone();
    backstage.postgres().setAway(false);
    backstage.keys().revoke(key.prefix());
    assertThat(during.join().body()).contains("Once");
  }

  @Test
  void tokens_aCallerMakesAreBounded() {
    HttpResponse<String> answer = make(as(key, "/api/stream-tokens"), session);
    for (int i = 0; i < 20_000 && answer.statusCode() == 200; i++) {
      answer = make(as(key, "/api/stream-tokens"), session);
    }

    assertProblem(answer, 429, "too_many_streams");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(make(as(key(false), "/api/stream-tokens"), session).statusCode()).isEqualTo(200);
  }

  @Test
  void token_isNeitherLoggedNorMeasuredNorSaid(CapturedOutput output) {
    String token = token();
    backstage.worker().answer(turn, "Once");
    StringBuilder said = new StringBuilder();
    for (String path : List.of(ofSession(token), ofTurn(token), "/api/models?token=" + token)) {
      said.append(get(path).body());
      said.append(get(path + "&after=%C3%28").body());
      said.append(post(path, "{").body());
    }
    backstage.redis().setAway(true);
    said.append(get(ofSession(token)).body());
    backstage.redis().setAway(false);
    said.append(management("/actuator/prometheus").body());

    await().until(() -> output.toString().contains("GET /api/models HTTP/1.1"));
    assertThat(output.toString() + said).doesNotContain(token);
  }
}
