package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.command.TurnsCommandApplication;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.TestKeys;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/** A gateway that asks for keys. */
@TestPropertySource(
    properties = {
      "relay.dev=false",
      "relay.keys.pepper=pepper of this test",
      "relay.keys.check=1s",
      "relay.gateway.streams.per-caller=3",
      "relay.gateway.streams.per-gateway=5",
      "relay.gateway.admission.turns-per-caller=4",
      "relay.gateway.admission.waiting-jobs=1000"
    })
@ExtendWith(OutputCaptureExtension.class)
class CallersTest extends GatewayTest {
  private static final String HELLO = "{\"message\":\"Hello\"}";
  private static final String STREAM = "{\"message\":\"Hello\",\"stream\":true}";

  @Autowired KeyProperties properties;
  @Autowired SseStreams streams;

  /** A test before may have taken the store away: nobody asks it again for a second. */
  @BeforeEach
  void awaitStore() {
    await().until(() -> send(as(ApiKey.make(), "/api/models")).statusCode() == 401);
  }

  private static String newCaller() {
    return "c-" + UUID.randomUUID();
  }

  private ApiKey key(String caller, boolean trusted, boolean admin) {
    return TestKeys.make(backstage.keys(), properties.readPepper(), caller, trusted, admin);
  }

  private HttpResponse<String> submit(ApiKey key, String session, String body) {
    return send(as(key, "/api/chat/" + session).POST(BodyPublishers.ofString(body)));
  }

  private CompletableFuture<HttpResponse<String>> open(ApiKey key) {
    return later(as(key, "/api/chat/" + newSession()).POST(BodyPublishers.ofString(STREAM)));
  }

  private Owner ownerOf(HttpResponse<String> submitted) {
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(202);
    TurnId turn = TurnId.parse(json(submitted).get("turnId").stringValue());
    return backstage.turns().look(turn).view().session().owner();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none                          | there is no API key
          ''                            | is empty
          Bearer                        | has another form
          Basic YTpi                    | has another form
          Bearer a b                    | has another form
          Bearer sk-1234567890abcdef    | those begin with srk_
          Bearer srk_abcdefgh_tooshort  | those begin with srk_
          """)
  void key_ofAnyOtherFormIs401AndSaysWhatToSend(String header, String detail) {
    HttpRequest.Builder request = request("/api/models");
    if (!header.equals("none")) {
      request.header("Authorization", header);
    }

    HttpResponse<String> answer = send(request);

    assertProblem(answer, 401, "unauthorized");
    assertThat(json(answer).get("detail").stringValue()).contains(detail);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
  }

  @Test
  void key_twiceOrTooLongOrInTheAddressIs401() {
    ApiKey key = key(newCaller(), false, false);
    String good = "Bearer " + key.reveal();

    var twice = send(as(key, "/api/models").header("Authorization", good));
    var tooLong = send(request("/api/models").header("Authorization", good + "a".repeat(8000)));
    var inAddress = get("/api/models?token=" + key.reveal() + "&key=" + key.reveal());
    var inCookie = send(request("/api/models").header("Cookie", "Authorization=" + good));

    for (var answer : List.of(twice, tooLong, inAddress, inCookie)) {
      assertProblem(answer, 401, "unauthorized");
      assertThat(answer.body()).doesNotContain(key.reveal());
    }
    assertThat(twice.body()).contains("several Authorization headers");
    assertThat(tooLong.body()).contains("too long");
    assertThat(inAddress.body()).contains("revoke it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "bearer", "BEARER"})
  void key_isTakenWhateverTheCaseOfItsScheme(String scheme) {
    String caller = newCaller();
    String key = key(caller, false, false).reveal();

    var answer =
        send(
            request("/api/chat/" + newSession())
                .header("Authorization", scheme + " " + key)
                .POST(BodyPublishers.ofString(HELLO)));

    assertThat(ownerOf(answer)).isEqualTo(new Owner(caller));
  }

  @Test
  void user_ofATrustedKeyIsAnOwnerOfItsOwn() {
    String caller = newCaller();
    ApiKey key = key(caller, true, false);
    String path = "/api/chat/" + newSession();

    var ann = send(as(key, path).header("X-Relay-User", "ann/1@x").POST(body(HELLO)));
    var ben = send(as(key, path).header("x-relay-user", "ben").POST(body(HELLO)));
    var itself = send(as(key, path).POST(body(HELLO)));

    assertThat(ownerOf(ann)).isEqualTo(new Owner(caller + "/ann/1@x"));
    assertThat(ownerOf(ben)).isEqualTo(new Owner(caller + "/ben"));
    assertThat(ownerOf(itself)).isEqualTo(new Owner(caller));
  }

  private static HttpRequest.BodyPublisher body(String text) {
    return BodyPublishers.ofString(text);
  }

  @Test
  void user_namedByAKeyThatIsNotTrustedIs403() {
    var answer =
        send(as(key(newCaller(), false, true), "/api/models").header("X-Relay-User", "ann"));

    assertProblem(answer, 403, "forbidden");
    assertThat(answer.body()).contains("--trusted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "{a}", "a*", "\u00e9", "a%2Fb"})
  void user_ofOtherCharactersIs400NamingTheRule(String user) {
    ApiKey key = key(newCaller(), true, false);

    String answer =
        new RawConnection(port)
            .send("GET /api/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
            .send("Authorization: Bearer " + key.reveal() + "\r\n")
            .send("X-Relay-User: " + user + "\r\n\r\n")
            .readAll();

    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .contains("X-Relay-User: a user's id has 1 to 127 of A-Z a-z 0-9");
  }

  @Test
  void user_twiceOrTooLongIs400() {
    ApiKey key = key(newCaller(), true, false);

    var twice =
        send(as(key, "/api/models").header("X-Relay-User", "a").header("X-Relay-User", "a"));
    var tooLong = send(as(key, "/api/models").header("X-Relay-User", "a".repeat(128)));
    var longest = send(as(key, "/api/models").header("X-Relay-User", "a".repeat(127)));

    assertProblem(twice, 400, "invalid_request");
    assertThat(twice.body()).contains("several X-Relay-User headers");
    assertProblem(tooLong, 400, "invalid_request");
    assertThat(longest.statusCode()).isEqualTo(200);
  }

  @Test
  void admin_isForKeysThatMay() {
    var nobody = get("/admin/keys");
    var caller = send(as(key(newCaller(), true, false), "/admin"));
    var admin = send(as(key(newCaller(), false, true), "/admin/keys"));

    assertProblem(nobody, 401, "unauthorized");
    assertProblem(caller, 403, "forbidden");
    assertProblem(admin, 404, "not_found");
  }

  @Test
  void turnsCommand_saysWhichKeyItNeeds() {
    var nobody = turnsCommand(Map.of());
    var caller = turnsCommand(Map.of("STREAM_RELAY_KEY", key(newCaller(), true, false).reveal()));
    var admin = turnsCommand(Map.of("STREAM_RELAY_KEY", key(newCaller(), false, true).reveal()));

    assertThat(nobody).startsWith("1 The gateway wants an API key with the admin right");
    assertThat(caller).startsWith("1 This API key may not do that").doesNotContain("srk_");
    assertThat(admin).startsWith("0 ");
  }

  private String turnsCommand(Map<String, String> environment) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true);
    List<String> words = List.of("workers", "--url", "http://127.0.0.1:" + port);
    return TurnsCommandApplication.run(words, environment, out, out) + " " + said;
  }

  @Test
  void paths_thatAreNotNamedAreDeniedToEverybody() {
    ApiKey admin = key(newCaller(), true, true);
    for (String path :
        List.of("/actuator", "/actuator/env", "/error", "/page", "/static/page.js", "/apix")) {
      assertProblem(get(path), 404, "not_found");
      assertProblem(send(as(admin, path)), 404, "not_found");
      assertProblem(send(as(admin, path).POST(body("{}"))), 404, "not_found");
    }
    assertProblem(send(request("/").POST(body("{}"))), 404, "not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/index.html",
        "/page.js",
        "/page.css",
        "/favicon.svg",
        "/openapi.json",
        "/swagger-ui/index.html",
        "/swagger-ui/swagger-ui-bundle.js"
      })
  void page_isOpenToEverybody(String path) {
    assertThat(get(path).statusCode()).isEqualTo(200);
    assertThat(send(request(path).HEAD()).statusCode()).isEqualTo(200);
    assertThat(send(request(path).header("Authorization", "Bearer nonsense")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void revoked_keyLosesItsOpenStreamsAndComesBackInVain() throws Exception {
    ApiKey key = key(newCaller(), false, false);
    ApiKey other = key(newCaller(), false, false);
    int before = streams.active();
    var stays = open(other);
    var stream = open(key);
    await().until(() -> streams.active() == before + 2);

    backstage.keys().revoke(key.prefix());

    String told = stream.get(10, TimeUnit.SECONDS).body();
    assertThat(told).contains("event: user", "id: 1-0").doesNotContain("event: cancel");
    assertProblem(send(as(key, "/api/models")), 401, "unauthorized");
    assertThat(stays).isNotDone();
    assertThat(management("/actuator/prometheus").body())
        .containsPattern(
            "relay_streams_closed_total\\{dialect=\"sse\",reason=\"revoked\"[^}]*} [1-9]");
    backstage.keys().revoke(other.prefix());
    stays.get(10, TimeUnit.SECONDS);
    await().until(() -> streams.active() == before);
  }

  @Test
  void revoked_keyLosesAUiStreamThatWasResumed() {
    ApiKey key = key(newCaller(), false, false);
    String session = newSession();
    submit(key, session, HELLO);
    int before = streams.active();
    var resumed = later(as(key, "/api/ui/chat/" + session + "/stream"));
    await().until(() -> streams.active() == before + 1);

    backstage.keys().revoke(key.prefix());

    await().until(() -> streams.active() == before);
    assertThat(resumed).failsWithin(Duration.ofSeconds(10)); // a proper end would be the message's
  }

  @Test
  void missingKey_isSaidToOpenAisClientsInTheirWords() {
    var answer = get("/v1/models");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(json(answer).at("/error/code").stringValue()).isEqualTo("invalid_api_key");
    assertThat(json(answer).at("/error/type").stringValue()).isEqualTo("invalid_request_error");
  }

  @Test
  void key_isNotedAsUsedOffTheRequest() {
    ApiKey key = key(newCaller(), false, false);
    assertThat(send(as(key, "/api/models")).statusCode()).isEqualTo(200);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            Objects.requireNonNull(backstage.keys().find(key.prefix())).key().lastUsedAt() != null);
  }

  @Test
  void store_awayLeavesKnownKeysGoodAndOthersUntold() {
    ApiKey known = key(newCaller(), false, false);
    ApiKey never = key(newCaller(), false, false);
    assertThat(send(as(known, "/api/models")).statusCode()).isEqualTo(200);

    backstage.postgres().setAway(true);

    assertThat(send(as(known, "/api/models")).statusCode()).isEqualTo(200);
    var unknown = send(as(never, "/api/models"));
    assertProblem(unknown, 503, "store_unavailable");
    assertThat(unknown.headers().firstValue("Retry-After")).isPresent();
    assertThat(unknown.headers().firstValue("WWW-Authenticate")).isEmpty();
    backstage.postgres().setAway(false);
    await().until(() -> send(as(never, "/api/models")).statusCode() == 200);
  }

  @Test
  void streams_beyondTheCallersBoundAreRefusedBeforeTheCommit() throws Exception {
    ApiKey key = key(newCaller(), true, false);
    ApiKey other = key(newCaller(), false, false);
    int before = streams.active();
    String session = newSession();
    var first =
        later(
            as(key, "/api/chat/" + newSession()).header("X-Relay-User", "ann").POST(body(STREAM)));
    var second = open(key);
    var third = open(key);
    await().until(() -> streams.active() == before + 3);

    var refused = submit(key, session, STREAM);

    assertProblem(refused, 429, "too_many_streams");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertProblem(send(as(key, "/api/chat/" + session + "/messages")), 404, "not_found");
    var fourth = open(other);
    var fifth = open(other);
    await().until(() -> streams.active() == before + 5);
    var full = submit(other, newSession(), STREAM);
    assertProblem(full, 503, "too_many_streams");
    assertThat(full.headers().firstValue("Retry-After")).isPresent();

    backstage.keys().revoke(key.prefix());
    backstage.keys().revoke(other.prefix());
    for (var open : List.of(first, second, third, fourth, fifth)) {
      open.get(10, TimeUnit.SECONDS);
    }
    await().until(() -> streams.active() == before);
    ApiKey next = key(newCaller(), false, false);
    var free = open(next);
    await().until(() -> streams.active() == before + 1);
    backstage.keys().revoke(next.prefix());
    free.get(10, TimeUnit.SECONDS);
  }

  @Test
  void turns_beyondTheCallersBoundAreRefusedAndRepeatsAttach() {
    String caller = newCaller();
    ApiKey key = key(caller, true, false);
    HttpRequest.Builder fourth =
        as(key, "/api/chat/" + newSession()).header("Idempotency-Key", "k").POST(body(HELLO));
    submit(key, newSession(), HELLO);
    send(as(key, "/api/chat/" + newSession()).header("X-Relay-User", "ann").POST(body(HELLO)));
    TurnId turn = TurnId.parse(json(submit(key, newSession(), HELLO)).get("turnId").stringValue());
    var accepted = send(fourth);

    long began = System.nanoTime();
    var refused = submit(key, newSession(), HELLO);
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    var user =
        send(as(key, "/api/chat/" + newSession()).header("X-Relay-User", "ben").POST(body(HELLO)));
    var repeated = send(fourth);

    assertThat(accepted.statusCode()).isEqualTo(202);
    assertProblem(refused, 429, "too_many_turns");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(millis).isLessThan(1000);
    assertProblem(user, 429, "too_many_turns");
    assertThat(json(repeated).get("turnId")).isEqualTo(json(accepted).get("turnId"));
    assertThat(submit(key(newCaller(), false, false), newSession(), HELLO).statusCode())
        .isEqualTo(202);
    backstage.worker().answer(turn, "done");
    assertThat(submit(key, newSession(), HELLO).statusCode()).isEqualTo(202);
  }

  @Test
  void bounds_holdUnderManySubmissionsAtOnce() {
    ApiKey key = key(newCaller(), false, false);
    List<CompletableFuture<HttpResponse<String>>> turns = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      turns.add(later(as(key, "/api/chat/" + newSession()).POST(body(HELLO))));
    }
    List<HttpResponse<String>> answers = turns.stream().map(CompletableFuture::join).toList();

    assertThat(answers.stream().filter(answer -> answer.statusCode() == 202)).hasSize(4);
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() != 202) {
        assertProblem(answer, 429, "too_many_turns");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }
    }
  }

  @Test
  void streams_holdTheirBoundUnderManyAtOnce() throws Exception {
    ApiKey key = key(newCaller(), false, false);
    int before = streams.active();
    List<CompletableFuture<HttpResponse<String>>> opened = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      opened.add(open(key));
    }

    await().until(() -> opened.stream().filter(CompletableFuture::isDone).count() == 17);

    assertThat(streams.active()).isEqualTo(before + 3);
    for (CompletableFuture<HttpResponse<String>> answer : opened) {
      if (answer.isDone()) {
        assertProblem(answer.join(), 429, "too_many_streams");
      }
    }
    backstage.keys().revoke(key.prefix());
    for (CompletableFuture<HttpResponse<String>> answer : opened) {
      answer.get(10, TimeUnit.SECONDS);
    }
    await().until(() -> streams.active() == before);
  }

  @Test
  void keys_areNeitherLoggedNorMeasuredNorSaid(CapturedOutput output) {
    ApiKey good = key(newCaller(), true, false);
    ApiKey revoked = key(newCaller(), false, false);
    backstage.keys().revoke(revoked.prefix());
    ApiKey stranger = ApiKey.make();
    StringBuilder said = new StringBuilder();
    for (ApiKey key : List.of(good, revoked, stranger)) {
      said.append(send(as(key, "/api/models")).body());
      said.append(send(as(key, "/api/chat/s/stream?token=" + key.reveal())).body());
      said.append(send(as(key, "/admin").header("X-Relay-User", key.reveal())).body());
      said.append(get("/api/chat/" + key.reveal() + "/stream").body());
      said.append(send(request("/api/models").header("Authorization", key.reveal())).body());
    }
    backstage.postgres().setAway(true);
    said.append(send(as(ApiKey.make(), "/api/models")).body());
    said.append(management("/actuator/prometheus").body());

    for (ApiKey key : List.of(good, revoked, stranger)) {
      String secret = key.reveal().substring(key.prefix().length() + 1);
      assertThat(output.toString()).doesNotContain(secret);
      assertThat(said.toString()).doesNotContain(secret);
    }
    assertThat(output.toString() + said).doesNotContain("pepper of this test");
  }
}
