package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.turn.Ending;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TurnTest extends GatewayTest {
  @Test
  void turn_thatRunsTellsWhatIsKnown() {
    String session = newSession();
    TurnId turn = submit(session);

    JsonNode accepted = json(get(path(session, turn)));
    backstage.worker().begin(turn);
    JsonNode running = json(get(path(session, turn)));

    assertThat(accepted.get("status").stringValue()).isEqualTo("accepted");
    assertThat(accepted.get("attempts")).isEmpty();
    assertThat(accepted.has("message")).isFalse();
    assertThat(running.get("status").stringValue()).isEqualTo("running");
    assertThat(running.get("attempts")).hasSize(1);
    assertThat(running.get("model").stringValue()).isEqualTo("demo");
    assertThat(Instant.parse(running.get("createdAt").stringValue())).isBefore(Instant.now());
  }

  @Test
  void turn_thatEndedTellsAll() {
    String session = newSession();
    TurnId turn = submit(session);

    backstage.worker().answer(turn, "Once upon a time");

    JsonNode ended = json(get(path(session, turn)));
    assertThat(ended.get("turnId").stringValue()).isEqualTo(turn.toString());
    assertThat(ended.get("sessionId").stringValue()).isEqualTo(session);
    assertThat(ended.get("status").stringValue()).isEqualTo("ended");
    assertThat(ended.get("finishReason").stringValue()).isEqualTo("stop");
    assertThat(ended.at("/message/parts/0/type").stringValue()).isEqualTo("text");
    assertThat(ended.at("/message/parts/0/text").stringValue()).isEqualTo("Once upon a time");
    assertThat(ended.get("length").intValue()).isEqualTo(16);
    assertThat(ended.get("sha256").stringValue()).isEqualTo(Answer.sha256("Once upon a time"));
    assertThat(ended.at("/usage/totalTokens").intValue()).isEqualTo(8);
    assertThat(ended.at("/timings/totalMillis").isIntegralNumber()).isTrue();
    assertThat(ended.get("streamUrl").stringValue()).isEqualTo(path(session, turn) + "/stream");
    assertThat(ended.has("failure")).isFalse();
    assertThat(ended.has("cancelled")).isFalse();
  }

  @Test
  void turn_tellsWhatWasNotDoneAsAsked() {
    String session = newSession();
    TurnId turn = submit(session);
    ScriptedWorker.Running running = backstage.worker().begin(turn);
    assertThat(json(get(path(session, turn))).get("warnings")).isEmpty();

    running.say("Once");
    running.end(new Warning(Warning.Code.UNSUPPORTED, "parameters.seed", "demo has no seed"));

    JsonNode told =
        JSON.readTree(
            "[{\"code\":\"unsupported\",\"field\":\"parameters.seed\","
                + "\"message\":\"demo has no seed\"}]");
    JsonNode ended = json(get(path(session, turn)));
    assertThat(ended.get("warnings")).isEqualTo(told);
    assertThat(ended.at("/attempts/0/warnings")).isEqualTo(told);
    assertThat(get(path(session, turn) + "/stream").body())
        .contains("\"warnings\":" + told + "}\nid: ");
  }

  @Test
  void turn_thatFailedTellsWhy() {
    String session = newSession();
    TurnId turn = submit(session);

    backstage.turns().finish(new Ending.Fail(turn, FailureCode.DEADLINE_EXCEEDED, "too late"));

    JsonNode failed = json(get(path(session, turn)));
    assertThat(failed.get("status").stringValue()).isEqualTo("failed");
    assertThat(failed.at("/failure/code").stringValue()).isEqualTo("deadline_exceeded");
    assertThat(failed.at("/failure/message").stringValue()).isEqualTo("too late");
    assertThat(failed.at("/failure/retryable").booleanValue()).isTrue();
  }

  @Test
  void wait_answersAtTheTurnsEnd() {
    String session = newSession();
    TurnId turn = submit(session);
    List<CompletableFuture<HttpResponse<String>>> waiting =
        List.of(later(path(session, turn) + "?wait=30"), later(path(session, turn) + "?wait=30"));
    await().until(() -> hub.readers() >= 2);

    backstage.worker().answer(turn, "Hi");

    for (var answer : waiting) {
      assertThat(json(answer.join()).get("status").stringValue()).isEqualTo("ended");
      assertThat(answer.join().headers().firstValue("x-request-id")).isPresent();
    }
    await().until(() -> hub.readers() == 0);
  }

  @Test
  void wait_ofATurnThatEndedAnswersAtOnce() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Hi");

    JsonNode ended = json(get(path(session, turn) + "?wait=60"));

    assertThat(ended.get("status").stringValue()).isEqualTo("ended");
  }

  @Test
  void wait_outlastsTheConnectionsIdleTimeout() {
    String session = newSession();
    TurnId turn = submit(session);

    JsonNode still = json(get(path(session, turn) + "?wait=4"));

    assertThat(still.get("status").stringValue()).isEqualTo("accepted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "61", "-1", "x", "", "1.5", "100"})
  void wait_outOfRangeIs400(String wait) {
    String session = newSession();
    TurnId turn = submit(session);

    assertProblem(get(path(session, turn) + "?wait=" + wait), 400, "invalid_request");
  }

  @Test
  void turn_thatIsNotThereIs404() {
    String session = newSession();
    submit(session);

    assertProblem(get(path(session, TurnId.make())), 404, "not_found");
    assertProblem(get("/api/chat/" + session + "/turns/x"), 404, "not_found");
    assertProblem(get(path(newSession(), TurnId.make()) + "?wait=5"), 404, "not_found");
  }

  @Test
  void turn_isAnsweredToHeadToo() {
    String session = newSession();
    TurnId turn = submit(session);

    var answer =
        send(request(path(session, turn) + "?wait=9").method("HEAD", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void messages_areGivenPageByPage() {
    String session = newSession();
    for (int i = 0; i < 3; i++) {
      backstage.worker().answer(submit(session), "Answer " + i);
    }

    JsonNode first = json(get("/api/chat/" + session + "/messages?limit=4"));
    String next = first.get("next").stringValue();
    JsonNode second = json(get("/api/chat/" + session + "/messages?limit=4&before=" + next));

    assertThat(first.get("items")).hasSize(4);
    assertThat(first.at("/items/0/role").stringValue()).isEqualTo("assistant");
    assertThat(first.at("/items/0/parts/0/text").stringValue()).isEqualTo("Answer 2");
    assertThat(first.at("/items/3/id").stringValue()).isEqualTo(next);
    assertThat(second.get("items")).hasSize(2);
    assertThat(second.has("next")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "before=x"})
  void messages_outOfRangeAre400(String query) {
    String session = newSession();
    submit(session);

    assertProblem(get("/api/chat/" + session + "/messages?" + query), 400, "invalid_request");
  }

  @Test
  void models_areListed() {
    JsonNode models = json(get("/api/models"));

    assertThat(models.at("/items/0/name").stringValue()).isEqualTo("demo*");
    assertThat(models.at("/items/0/wildcard").booleanValue()).isTrue();
    assertThat(models.get("defaultModel").stringValue()).isEqualTo("demo");
  }

  private static String path(String session, TurnId turn) {
    return "/api/chat/" + session + "/turns/" + turn;
  }
}
