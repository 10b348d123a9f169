package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.ScriptedWorker.Running;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Responses as OpenAI's clients read them, over turns like any other. */
class ResponsesTest extends ResponsesScene {
  @Test
  void stream_ofTextIsWholeAndNumbered() throws Exception {
    Begun begun = begin(STREAMED);
    Running worker = backstage.worker().begin(begun.turn());
    worker.say("Once ");
    worker.say("upon");
    worker.end();

    Told told = begun.rest();

    assertThat(told.broken()).isFalse();
    assertThat(told.content()).isEqualTo("Once upon");
    assertThat(told.response().get("status").stringValue()).isEqualTo("completed");
    String id = "resp_" + begun.turn();
    assertThat(told.response().get("id").stringValue()).isEqualTo(id);
    for (int after = -1; after < told.events().size(); after++) {
      Told rest = follow(id, after).rest();
      assertThat(rest.broken()).isFalse();
      assertThat(rest.events())
          .as("after %d", after)
          .isEqualTo(told.events().subList(after + 1, told.events().size()));
    }
    JsonNode read = read(id);
    assertThat(read.get("output")).isEqualTo(told.response().get("output"));
    assertThat(read.get("status").stringValue()).isEqualTo("completed");
  }

  @Test
  void background_isQueuedThenRunsThenIsThere() throws Exception {
    HttpResponse<String> created = create(BACKGROUND);
    String id = id(created);

    assertThat(json(created).get("status").stringValue()).isEqualTo("queued");
    assertThat(json(created).get("background").booleanValue()).isTrue();
    Running worker = backstage.worker().begin(turn(created));
    assertThat(read(id).get("status").stringValue()).isEqualTo("in_progress");
    Begun followed = follow(id, -1);
    worker.say("Once");
    worker.end();

    assertThat(read(id).at("/output/0/content/0/text").stringValue()).isEqualTo("Once");
    Told told = followed.rest();
    assertThat(told.events().getFirst().at("/response/status").stringValue()).isEqualTo("queued");
    assertThat(told.content()).isEqualTo("Once");
  }

  @Test
  void whole_isTheResponseOnceItIsThere() throws Exception {
    String session = newSession();
    CompletableFuture<HttpResponse<String>> waiting =
        later(response("{\"input\":\"Hello\"}", "x-relay-session", session));
    awaitActive(session);
    TurnId turn = backstage.turns().session(key(session)).active().turn();
    Running worker = backstage.worker().begin(turn);
    worker.think("hm");
    worker.say("Let me see.");
    worker.call("call_a", "look", "{\"at\":1}");
    worker.end();

    HttpResponse<String> answer = waiting.get();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(session(answer)).isEqualTo(session);
    JsonNode output = json(answer).get("output");
    assertThat(output.at("/0/summary/0/text").stringValue()).isEqualTo("hm");
    assertThat(output.at("/1/content/0/text").stringValue()).isEqualTo("Let me see.");
    assertThat(output.at("/2/call_id").stringValue()).isEqualTo("call_a");
    assertThat(output.at("/2/id").stringValue()).isEqualTo("fc_" + turn + "_0");
    assertThat(json(answer).at("/usage/total_tokens").intValue()).isEqualTo(8);
  }

  @Test
  void whole_thatFailsIsAResponseToo() throws Exception {
    String session = newSession();
    var waiting = later(response("{\"input\":\"Hello\"}", "x-relay-session", session));
    awaitActive(session);
    TurnId turn = backstage.turns().session(key(session)).active().turn();
    backstage.worker().begin(turn).fail(FailureCode.PROVIDER_TIMEOUT, "too slow");

    HttpResponse<String> answer = waiting.get();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).get("status").stringValue()).isEqualTo("failed");
    assertThat(json(answer).at("/error/code").stringValue()).isEqualTo("server_error");
    assertThat(json(answer).at("/relay/code").stringValue()).isEqualTo("provider_timeout");
  }

  @Test
  void everyTurn_canBeReadAsAResponse() throws Exception {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().answer(turn, "Once");

    JsonNode read = read("resp_" + turn);

    assertThat(read.at("/output/0/content/0/text").stringValue()).isEqualTo("Once");
    assertThat(follow("resp_" + turn, -1).rest().content()).isEqualTo("Once");
    assertThat(read.get("store").booleanValue()).isTrue();
    assertThat(read.get("previous_response_id").isNull()).isTrue();
  }

  @Test
  void request_isToldBack() {
    HttpResponse<String> created =
        create(
            """
            {"input": "Hello", "background": true, "instructions": "Be brief.",
             "max_output_tokens": 7, "temperature": 0.5, "top_p": 0.9, "truncation": "auto",
             "user": "ann", "metadata": {"of": "me"}, "reasoning": {"effort": "low"},
             "parallel_tool_calls": false, "tool_choice": {"type": "function", "name": "look"},
             "tools": [{"type": "function", "name": "look", "parameters": {"type": "object"},
                        "strict": true}],
             "text": {"format": {"type": "json_schema", "name": "n", "schema": {"a": 1}},
                      "verbosity": "medium"}}
            """);

    JsonNode told = json(created);

    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    assertThat(told.get("instructions").stringValue()).isEqualTo("Be brief.");
    assertThat(told.get("max_output_tokens").intValue()).isEqualTo(7);
    assertThat(told.get("temperature").doubleValue()).isEqualTo(0.5);
    assertThat(told.get("truncation").stringValue()).isEqualTo("auto");
    assertThat(told.get("user").stringValue()).isEqualTo("ann");
    assertThat(told.at("/metadata/of").stringValue()).isEqualTo("me");
    assertThat(told.at("/reasoning/effort").stringValue()).isEqualTo("low");
    assertThat(told.get("parallel_tool_calls").booleanValue()).isFalse();
    assertThat(told.at("/tool_choice/name").stringValue()).isEqualTo("look");
    assertThat(told.at("/tools/0/parameters/type").stringValue()).isEqualTo("object");
    assertThat(told.at("/text/format/schema/a").intValue()).isEqualTo(1);
    assertThat(told.at("/text/verbosity").stringValue()).isEqualTo("medium");
    for (String absent :
        List.of("error", "incomplete_details", "usage", "completed_at", "access_programs")) {
      assertThat(told.has(absent)).as(absent).isTrue();
      assertThat(told.get(absent).isNull()).as(absent).isTrue();
    }
    assertThat(read(id(created))).isEqualTo(told);
  }

  @Test
  void cancel_endsWhatRunsAndLeavesWhatHasEnded() throws Exception {
    Begun begun = begin(STREAMED);
    String path = RESPONSES + "/resp_" + begun.turn();
    backstage.worker().begin(begun.turn()).say("Once ");

    JsonNode cancelled = json(post(path + "/cancel", ""));
    JsonNode again = json(post(path + "/cancel", "{}"));
    Told told = begun.rest();

    assertThat(cancelled.get("status").stringValue()).isEqualTo("cancelled");
    assertThat(again).isEqualTo(cancelled);
    assertThat(cancelled.at("/output/0/content/0/text").stringValue()).isEqualTo("Once ");
    assertThat(told.broken()).isFalse();
    assertThat(told.types()).endsWith("response.incomplete");
    assertThat(told.response().get("status").stringValue()).isEqualTo("cancelled");
    String ended = answered(BACKGROUND, "whole");
    assertThat(json(post(RESPONSES + "/" + ended + "/cancel", "")).get("status").stringValue())
        .isEqualTo("completed");
  }

  @Test
  void delete_takesTheSessionWithTheLastOfItsResponses() throws Exception {
    String first = answered(BACKGROUND, "1");
    HttpResponse<String> next = create(following(first, "\"more\""));
    String second = id(next);
    String session = session(next);

    assertThat(json(delete(first)).toString())
        .isEqualTo(
            JSON.readTree(
                    "{\"id\":\"%s\",\"object\":\"response\",\"deleted\":true}".formatted(first))
                .toString());
    for (HttpResponse<String> gone :
        List.of(
            delete(first),
            get(RESPONSES + "/" + first),
            get(RESPONSES + "/" + first + "?stream=true"),
            get(RESPONSES + "/" + first + "/input_items"),
            post(RESPONSES + "/" + first + "/cancel", ""))) {
      assertError(gone, 404, "invalid_request_error", "not_found", null);
    }
    HttpResponse<String> following = create(following(first, "\"x\""));
    assertError(
        following,
        400,
        "invalid_request_error",
        "previous_response_not_found",
        "previous_response_id");
    assertThat(following.body()).contains("'" + first + "'");
    assertThat(backstage.turns().session(key(session))).isNotNull();
    assertThat(delete(second).statusCode()).isEqualTo(200);

    assertThat(backstage.turns().session(key(session))).isNull();
    assertThat(backstage.turns().looks())
        .filteredOn(look -> ("resp_" + look.view().id()).equals(second))
        .allMatch(look -> look.view().status().wire().equals("cancelled"));
  }

  @Test
  void delete_inANamedSessionLeavesTheSession() {
    String session = newSession();
    String id = answered(BACKGROUND, "1", "x-relay-session", session);

    assertThat(delete(id).statusCode()).isEqualTo(200);

    assertError(get(RESPONSES + "/" + id), 404, "invalid_request_error", "not_found", null);
    assertThat(backstage.turns().messages(key(session), 10, null)).hasSize(2);
  }

  private HttpResponse<String> delete(String id) {
    return send(request(RESPONSES + "/" + id).DELETE());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resp_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10",
        "resp_x",
        "x",
        "01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10"
      })
  void unknown_is404InOpenAisShape(String id) {
    assertError(get(RESPONSES + "/" + id), 404, "invalid_request_error", "not_found", null);
    assertError(delete(id), 404, "invalid_request_error", "not_found", null);
  }

  @Test
  void query_thatIsWrongIsRefusedByItsName() {
    String path = RESPONSES + "/" + answered(BACKGROUND, "1");

    for (String[] wrong :
        new String[][] {
          {"?stream=yes", "stream"},
          {"?starting_after=1", "starting_after"},
          {"?stream=true&starting_after=-1", "starting_after"},
          {"?stream=true&starting_after=x", "starting_after"},
          {"/input_items?limit=0", "limit"},
          {"/input_items?limit=101", "limit"},
          {"/input_items?order=up", "order"},
          {"/input_items?after=nobody", "after"}
        }) {
      assertError(get(path + wrong[0]), 400, "invalid_request_error", null, wrong[1]);
    }
  }

  @Test
  void postgres_awayIsSaidAndStreamsGoOn() throws Exception {
    Begun begun = begin(STREAMED);
    Running worker = backstage.worker().begin(begun.turn());
    worker.say("Once ");
    backstage.postgres().setAway(true);

    HttpResponse<String> read = get(RESPONSES + "/resp_" + begun.turn());
    HttpResponse<String> created = create(BACKGROUND);
    worker.say("upon");
    worker.end();
    Told told = begun.rest();

    assertError(read, 503, "server_error", "store_unavailable", null);
    assertError(created, 503, "server_error", "store_unavailable", null);
    assertThat(told.broken()).isFalse();
    assertThat(told.content()).isEqualTo("Once upon");
  }

  @Test
  void takeover_isAnErrorAndTheResponseIsThereFromItsBeginning() throws Exception {
    Begun plain = begin(STREAMED);
    Running first = backstage.worker().begin(plain.turn());
    first.say("Once ");
    Running second = first.takenOver();
    second.say("At first");
    second.end();
    Begun restarting = begin(STREAMED, "x-relay-on-takeover", "restart");
    Running one = backstage.worker().begin(restarting.turn());
    one.say("Once ");
    Running two = one.takenOver();
    two.say("At first");
    two.end();

    Told failed = plain.rest();
    Told restarted = restarting.rest();
    Told anew = follow("resp_" + plain.turn(), -1).rest();

    assertThat(failed.broken()).isTrue();
    assertThat(failed.types()).endsWith("error");
    assertThat(anew.content()).isEqualTo("At first");
    assertThat(anew.broken()).isFalse();
    assertThat(restarted.broken()).isFalse();
    assertThat(restarted.content()).isEqualTo("Once At first");
    assertThat(restarted.response().get("output")).hasSize(1);
  }

  @Test
  void repeat_afterATakeoverIsToldTheAttemptThatCounts() throws Exception {
    String key = newSession();
    Begun first = begin(STREAMED, "Idempotency-Key", key);
    Running dead = backstage.worker().begin(first.turn());
    dead.say("Once ");
    Running next = dead.takenOver();
    next.say("At ");

    Begun again = begin(STREAMED, "Idempotency-Key", key);
    next.say("first");
    next.end();

    Told told = again.rest();
    assertThat(again.turn()).isEqualTo(first.turn());
    assertThat(told.broken()).isFalse();
    assertThat(told.content()).isEqualTo("At first");
    assertThat(first.rest().types()).endsWith("error");
  }

  @Test
  void repeat_ofAnSdkAttachesToTheTurnOfTheFirstTime() {
    String body =
        "{\"input\":\"Hello\",\"background\":true,\"metadata\":{\"of\":\"%s\"}}"
            .formatted(newSession());
    HttpResponse<String> first = create(body);
    HttpResponse<String> other = create(body);
    assertThat(json(post(RESPONSES + "/" + id(other) + "/cancel", "")).get("status").stringValue())
        .isEqualTo("cancelled");

    HttpResponse<String> again = create(body, "x-stainless-retry-count", "1");

    assertThat(id(again)).isEqualTo(id(first)).isNotEqualTo(id(other));
    backstage.worker().answer(turn(first), "1");
    String next = following(id(first), "\"" + newSession() + "\"");
    HttpResponse<String> second = create(next);
    assertThat(id(create(next, "x-stainless-retry-count", "1"))).isEqualTo(id(second));
    String key = newSession();
    HttpResponse<String> keyed = create(body, "Idempotency-Key", key);
    assertThat(id(create(body, "Idempotency-Key", key))).isEqualTo(id(keyed));
    assertError(
        create(body.replace("Hello", "Bye"), "Idempotency-Key", key),
        422,
        "invalid_request_error",
        "idempotency_mismatch",
        null);
  }

  @Test
  void cancel_takesNoBodyAndHeadsAreAnswered() {
    String id = answered(BACKGROUND, "1");
    for (String path : List.of("", "?stream=true")) {
      HttpResponse<String> head =
          send(request(RESPONSES + "/" + id + path).method("HEAD", BodyPublishers.noBody()));
      assertThat(head.statusCode()).isEqualTo(200);
    }
  }
}
