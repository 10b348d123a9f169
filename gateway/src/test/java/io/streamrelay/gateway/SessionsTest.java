package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Lists of sessions and of what runs in them; titles and deletion. */
class SessionsTest extends GatewayTest {
  private HttpResponse<String> patch(String session, String body) {
    return send(
        request("/api/chat/" + session)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> delete(String session) {
    return send(request("/api/chat/" + session).DELETE());
  }

  private List<String> listed(String query) {
    return ids(json(get("/api/chat/sessions" + query)).get("items"));
  }

  private static List<String> ids(JsonNode items) {
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.get("sessionId").stringValue()));
    return ids;
  }

  @Test
  void sessions_areGivenPageByPageNewestFirst() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String session = newSession();
      submit(session);
      made.addFirst(session);
    }

    JsonNode first = json(get("/api/chat/sessions?limit=2"));
    String next = first.get("next").stringValue();
    JsonNode second = json(get("/api/chat/sessions?limit=1&before=" + next));

    List<String> all = ids(first.get("items"));
    all.addAll(ids(second.get("items")));
    assertThat(all).hasSize(3).doesNotHaveDuplicates().containsAll(made);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=",
        "before=x",
        "before=",
        "before=1:a%20b"
      })
  void sessions_refuseWhatTheyDoNotUnderstand(String query) {
    assertProblem(get("/api/chat/sessions?" + query), 400, "invalid_request");
  }

  @Test
  void session_showsTitleCountsAndWhatRuns() {
    String session = newSession();
    TurnId turn = submit(session);

    JsonNode resource = json(get("/api/chat/" + session));

    assertThat(resource.get("sessionId").stringValue()).isEqualTo(session);
    assertThat(resource.get("title").stringValue()).isEqualTo("Hello");
    assertThat(resource.get("turns").intValue()).isEqualTo(1);
    assertThat(resource.get("createdAt").stringValue()).endsWith("Z");
    assertThat(resource.get("updatedAt").stringValue()).endsWith("Z");
    assertThat(resource.at("/active/turnId").stringValue()).isEqualTo(turn.toString());
    assertThat(resource.at("/active/status").stringValue()).isEqualTo("accepted");
    assertThat(resource.at("/active/streamUrl").stringValue())
        .isEqualTo("/api/chat/" + session + "/turns/" + turn + "/stream");
    backstage.worker().answer(turn, "Hi");
    assertThat(json(get("/api/chat/" + session)).has("active")).isFalse();
  }

  @Test
  void streams_areTheTurnsThatCanBeAttachedTo() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn);

    JsonNode streams = json(get("/api/chat/streams"));

    JsonNode ours =
        streams
            .valueStream()
            .filter(stream -> stream.get("sessionId").stringValue().equals(session))
            .findFirst()
            .orElseThrow();
    assertThat(ours.get("turnId").stringValue()).isEqualTo(turn.toString());
    assertThat(ours.get("status").stringValue()).isEqualTo("running");
    assertThat(ours.get("model").stringValue()).isNotBlank();
    assertThat(ours.get("startedAt").stringValue()).endsWith("Z");
    assertThat(ours.get("streamUrl").stringValue()).endsWith(turn + "/stream");
  }

  @Test
  void title_isSetAndCleared() {
    String session = newSession();
    submit(session);

    assertThat(json(patch(session, "{\"title\":\"Mine\"}")).get("title").stringValue())
        .isEqualTo("Mine");
    HttpResponse<String> cleared = patch(session, "{\"title\":null}");

    assertThat(cleared.statusCode()).isEqualTo(200);
    assertThat(json(cleared).has("title")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"title\":\"\"}",
        "{\"title\":\"  \"}",
        "{\"title\":1}",
        "{\"title\":\"a\\u0000\"}",
        "{\"title\":\"a\\ud800\"}",
        "{\"title\":\"a\",\"model\":\"b\"}"
      })
  void title_thatCannotBeIs400(String body) {
    String session = newSession();
    submit(session);

    assertProblem(patch(session, body), 400, "invalid_request");
    assertProblem(
        patch(session, "{\"title\":\"" + "x".repeat(201) + "\"}"), 400, "invalid_request");
    assertThat(json(get("/api/chat/" + session)).get("title").stringValue()).isEqualTo("Hello");
  }

  @Test
  void delete_endsWhatRunsTellsItsReadersAndHidesTheSession() throws Exception {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn).say("Once ");
    int readers = hub.readers();
    var reader = later("/api/chat/" + session + "/turns/" + turn + "/stream");
    await().until(() -> hub.readers() > readers);

    HttpResponse<String> deleted = delete(session);

    assertThat(deleted.statusCode()).isEqualTo(204);
    assertThat(reader.get(10, TimeUnit.SECONDS).body())
        .contains("Once ")
        .contains("event: cancel")
        .contains("the session was deleted");
    assertThat(backstage.interrupted()).contains(turn);
    for (String route : List.of("", "/messages", "/stream", "/turns/" + turn)) {
      assertProblem(get("/api/chat/" + session + route), 404, "not_found");
    }
    assertProblem(get("/api/chat/" + session + "/turns/" + turn + "/stream"), 404, "not_found");
    assertProblem(post("/api/chat/" + session + "/cancel", ""), 404, "not_found");
    assertProblem(patch(session, "{\"title\":\"Mine\"}"), 404, "not_found");
    assertThat(listed("?limit=200")).doesNotContain(session);
  }

  @Test
  void delete_repeatedGivesTheSameAnswer() {
    String session = newSession();
    submit(session);

    assertThat(delete(session).statusCode()).isEqualTo(204);
    assertThat(delete(session).statusCode()).isEqualTo(204);
    assertProblem(delete(newSession()), 404, "not_found");
  }

  @Test
  void delete_withRedisAwayIsDeletedAllTheSame() {
    String session = newSession();
    submit(session);
    backstage.redis().setAway(true);

    assertThat(delete(session).statusCode()).isEqualTo(204);

    assertProblem(get("/api/chat/" + session), 404, "not_found");
  }

  @Test
  void delete_withPostgresAwayIs503AndCanBeRepeated() {
    String session = newSession();
    submit(session);
    backstage.postgres().setAway(true);
    assertProblem(delete(session), 503, "store_unavailable");

    backstage.postgres().setAway(false);

    assertThat(delete(session).statusCode()).isEqualTo(204);
  }

  @Test
  void submit_afterADeletionBeginsAnewAndAnOldCursorIsNone() {
    String session = newSession();
    TurnId first = submit(session);
    backstage.worker().answer(first, "secret");
    delete(session);

    TurnId second = submit(session);
    backstage.worker().begin(second).say("anew");
    delete(session);
    TurnId third = submit(session);
    backstage.worker().answer(third, "third");

    assertThat(json(get("/api/chat/" + session + "/messages")).get("items")).hasSize(2);
    assertThat(get("/api/chat/" + session + "/stream?after=1-0").statusCode()).isEqualTo(204);
    var entries = backstage.streams().read(key(session), EntryId.ZERO, 100);
    assertThat(entries).filteredOn(entry -> entry.event() instanceof Cancelled).hasSizeLessThan(2);
  }

  @Test
  void start_takesTheSessionFromTheBody() {
    String session = newSession();

    HttpResponse<String> answer =
        post("/api/chat/start", "{\"sessionId\":\"" + session + "\",\"message\":\"Hello\"}");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(json(answer).get("sessionId").stringValue()).isEqualTo(session);
    assertThat(answer.headers().firstValue("X-Relay-Session")).hasValue(session);
    assertThat(answer.headers().firstValue("Location").orElseThrow())
        .startsWith("/api/chat/" + session + "/turns/");
    assertThat(get("/api/chat/" + session).statusCode()).isEqualTo(200);
  }

  @Test
  void start_withoutASessionMakesOneAndTheSameKeyIsTheSameTurn() {
    String body = "{\"message\":\"Hello\"}";
    String key = newSession();

    HttpResponse<String> first = start(body, key);
    HttpResponse<String> again = start(body, key);

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    String session = json(first).get("sessionId").stringValue();
    assertThat(get("/api/chat/" + session).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> start(String body, String key) {
    return send(
        request("/api/chat/start")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"start\"", "\"\"", "\"a b\"", "1", "\"\\u0000\""})
  void start_withABadSessionIs400(String session) {
    String body = "{\"sessionId\":" + session + ",\"message\":\"Hello\"}";

    assertProblem(post("/api/chat/start", body), 400, "invalid_request");
  }

  @Test
  void start_streamsAndSaysTheSessionInAHeader() throws Exception {
    var answer =
        later(
            request("/api/chat/start")
                .POST(BodyPublishers.ofString("{\"message\":\"Hello\",\"stream\":true}")));
    await().until(() -> !json(get("/api/chat/streams")).isEmpty());
    json(get("/api/chat/streams")).forEach(live -> delete(live.get("sessionId").stringValue()));

    HttpResponse<String> stream = answer.get(10, TimeUnit.SECONDS);

    String session = stream.headers().firstValue("X-Relay-Session").orElseThrow();
    assertThat(stream.body()).contains("event: user").contains("event: cancel");
    assertProblem(get("/api/chat/" + session), 404, "not_found");
  }

  @Test
  void version_saysWhatWasBuilt() {
    JsonNode version = json(get("/api/version"));

    assertThat(version.get("version").stringValue()).matches("\\d+\\.\\d+.*");
    assertThat(version.has("commit")).isFalse();
  }
}
