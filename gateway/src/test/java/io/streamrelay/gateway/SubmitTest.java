package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.TurnStatus;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubmitTest extends GatewayTest {
  @Test
  void submit_isAcceptedWithTheWayToItsStream() {
    String session = newSession();

    var answer = post("/api/chat/" + session, "{\"message\":\"Hello\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String turn = json(answer).get("turnId").stringValue();
    assertThat(json(answer).get("sessionId").stringValue()).isEqualTo(session);
    assertThat(json(answer).get("status").stringValue()).isEqualTo("accepted");
    String resource = "/api/chat/" + session + "/turns/" + turn;
    assertThat(json(answer).get("streamUrl").stringValue()).isEqualTo(resource + "/stream");
    assertThat(answer.headers().firstValue("Location")).hasValue(resource);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void submit_writesTheUserEntryAndQueuesTheJob() {
    String session = newSession();

    TurnId turn = submit(session);

    assertThat(
            backstage.streams().read(key(session), io.streamrelay.protocol.event.EntryId.ZERO, 9))
        .hasSize(1);
    backstage.worker().answer(turn, "Hi");
    assertThat(backstage.turns().look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
  }

  @Test
  void submit_withRedisAwayIsAcceptedAllTheSame() {
    backstage.redis().setAway(true);

    var answer = post("/api/chat/" + newSession(), "{\"message\":\"Hello\"}");

    assertThat(answer.statusCode()).isEqualTo(202);
  }

  @Test
  void submit_withPostgresAwayIs503() {
    backstage.postgres().setAway(true);

    var answer = post("/api/chat/" + newSession(), "{\"message\":\"Hello\"}");

    assertProblem(answer, 503, "store_unavailable");
    assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-5]");
  }

  @Test
  void submit_ofABusySessionNamesTheRunningTurn() {
    String session = newSession();
    TurnId running = submit(session);

    var answer = post("/api/chat/" + session, "{\"message\":\"And?\"}");

    assertProblem(answer, 409, "session_busy");
    assertThat(json(answer).get("turnId").stringValue()).isEqualTo(running.toString());
    assertThat(json(answer).get("streamUrl").stringValue())
        .isEqualTo("/api/chat/" + session + "/turns/" + running + "/stream");
  }

  @Test
  void submit_repeatedUnderItsKeyIsTheSameTurn() {
    String session = newSession();
    var first = postWithKey(session, "k 1", "{\"message\":\"Hello\",\"model\":\"demo\"}");
    TurnId turn = TurnId.parse(json(first).get("turnId").stringValue());

    var live = postWithKey(session, "k 1", "{ \"model\":\"demo\", \"message\":\"Hello\" }");
    backstage.worker().answer(turn, "Hi");
    var finished =
        postWithKey(session, "k 1", "{\"message\":\"Hello\",\"model\":\"demo\",\"lane\":null}");

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(live.statusCode()).isEqualTo(202);
    assertThat(live.body()).isEqualTo(first.body());
    assertThat(finished.statusCode()).isEqualTo(202);
    assertThat(json(finished).get("turnId")).isEqualTo(json(first).get("turnId"));
    assertThat(json(finished).get("status").stringValue()).isEqualTo("ended");
  }

  @Test
  void submit_ofAnotherBodyUnderTheKeyIs422() {
    String session = newSession();
    postWithKey(session, "k-" + session, "{\"message\":\"Hello\"}");

    var otherBody = postWithKey(session, "k-" + session, "{\"message\":\"Bye\"}");
    var otherSession = postWithKey(newSession(), "k-" + session, "{\"message\":\"Hello\"}");

    assertProblem(otherBody, 422, "idempotency_mismatch");
    assertProblem(otherSession, 422, "idempotency_mismatch");
  }

  @Test
  void submit_withAKeyThatIsNoneIs400() {
    var tooLong = postWithKey(newSession(), "k".repeat(256), "{\"message\":\"Hello\"}");
    var tab = postWithKey(newSession(), "a\tb", "{\"message\":\"Hello\"}");

    assertProblem(tooLong, 400, "invalid_request");
    assertProblem(tab, 400, "invalid_request");
  }

  @Test
  void submit_ofAWholeConversationKeepsItApartFromTheMessage() {
    String session = newSession();
    String body =
        """
        {"messages": [
           {"role": "system", "content": "Be short."},
           {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
           {"role": "assistant", "parts": [{"type": "text", "text": "Yes?"}]},
           {"role": "user", "content": "Tell me a story"}],
         "system": "You are a poet.", "lane": "batch", "timeoutSeconds": 60,
         "parameters": {"temperature": 0.7, "topP": 1, "maxTokens": 400, "stop": ["END"], "seed": 7}}
        """;

    var answer = post("/api/chat/" + session, body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    var messages = get("/api/chat/" + session + "/messages");
    assertThat(json(messages).get("items")).hasSize(1);
    assertThat(json(messages).at("/items/0/parts/0/text").stringValue())
        .isEqualTo("Tell me a story");
  }

  @Test
  void submit_keepsPassagesForTheModelOnly() {
    String session = newSession();
    String body =
        "{\"message\":\"Who?\",\"context\":[\"Ada did.\",{\"text\":\"In %s.\",\"title\":\"Years\"}]}";

    var answer = postWithKey(session, "k-found-" + session, body.formatted("1843"));
    var other = postWithKey(session, "k-found-" + session, body.formatted("1844"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertProblem(other, 422, "idempotency_mismatch");
    TurnId turn = TurnId.parse(json(answer).get("turnId").stringValue());
    assertThat(backstage.worker().begin(turn).request().context())
        .containsExactly(new Passage("Ada did.", null), new Passage("In 1843.", "Years"));
    assertThat(get("/api/chat/" + session + "/messages").body()).doesNotContain("Ada", "1843");
    assertThat(get("/api/chat/" + session + "/turns/" + turn).body()).doesNotContain("Ada", "1843");
  }

  @Test
  void submit_countsPassagesWithTheMessage() {
    String half = "a".repeat(64 * 1024);
    String body = "{\"message\":\"%s\",\"context\":[\"%s\"]}";

    var fits = post("/api/chat/" + newSession(), body.formatted(half, half));
    var tooLarge = post("/api/chat/" + newSession(), body.formatted(half, half + "a"));
    var tooMany =
        post(
            "/api/chat/" + newSession(),
            "{\"message\":\"a\",\"context\":[\"b\"" + ",\"b\"".repeat(64) + "]}");

    assertThat(fits.statusCode()).as(fits.body()).isEqualTo(202);
    assertProblem(tooLarge, 413, "invalid_request");
    assertThat(json(tooLarge).get("detail").stringValue()).startsWith("'context' and the message");
    assertProblem(tooMany, 400, "invalid_request");
  }

  @Test
  void submit_keepsTheNotesOfItsCaller() {
    String session = newSession();
    String body =
        "{\"message\":\"Hello\",\"metadata\":%s,\"parameters\":{\"reasoningEffort\":\"low\"}}";
    String notes = "{\"order.no\":\"4711\",\"b\":\"" + "é".repeat(512) + "\"}";
    String turned = "{\"b\":\"" + "é".repeat(512) + "\",\"order.no\":\"4711\"}";

    var answer = postWithKey(session, "k-notes-" + session, body.formatted(notes));
    var again = postWithKey(session, "k-notes-" + session, body.formatted(turned));
    var other = postWithKey(session, "k-notes-" + session, body.formatted("{\"b\":\"\"}"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(json(again).get("turnId")).isEqualTo(json(answer).get("turnId"));
    assertProblem(other, 422, "idempotency_mismatch");
    String path = answer.headers().firstValue("Location").orElseThrow();
    assertThat(json(get(path)).get("metadata")).isEqualTo(JSON.readTree(notes));
  }

  @Test
  void submit_withoutNotesShowsNone() {
    var answer = post("/api/chat/" + newSession(), "{\"message\":\"Hello\",\"metadata\":{}}");

    String path = answer.headers().firstValue("Location").orElseThrow();
    assertThat(json(get(path)).has("metadata")).isFalse();
  }

  @Test
  void submit_boundsTheNotes() {
    String many =
        IntStream.range(0, 17)
            .mapToObj(i -> "\"k" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    String tooMany = "{\"message\":\"Hello\",\"metadata\":{" + many + "}}";
    String tooLong = "{\"message\":\"Hello\",\"metadata\":{\"a\":\"" + "x".repeat(513) + "\"}}";
    String tooLongAKey = "{\"message\":\"Hello\",\"metadata\":{\"" + "x".repeat(65) + "\":\"\"}}";

    for (String body : List.of(tooMany, tooLong, tooLongAKey)) {
      var answer = post("/api/chat/" + newSession(), body);
      assertProblem(answer, 400, "invalid_request");
      assertThat(json(answer).get("detail").stringValue()).startsWith("'metadata");
    }
  }

  private HttpResponse<String> postWithKey(String session, String key, String body) {
    return send(
        request("/api/chat/" + session)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }
}
