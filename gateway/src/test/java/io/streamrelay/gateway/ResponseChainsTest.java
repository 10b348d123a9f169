package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.ScriptedWorker.Running;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Responses that go on from others, and what is said before them. */
class ResponseChainsTest extends ResponsesScene {
  private AskedTurn asked(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return backstage.turns().asked(Owner.DEV, turn(answer));
  }

  @Test
  void previous_thatIsNewestIsGoneOnFromInItsSession() {
    String first =
        answered("{\"input\":\"one\",\"background\":true,\"instructions\":\"Be brief.\"}", "1");

    HttpResponse<String> next = create(following(first, "\"two\""));

    AskedTurn asked = asked(next);
    assertThat(asked.request().messages()).isNull();
    assertThat(asked.request().system()).isNull();
    assertThat(asked.view().session())
        .isEqualTo(backstage.turns().asked(Owner.DEV, turnOf(first)).view().session());
    assertThat(json(next).get("previous_response_id").stringValue()).isEqualTo(first);
    assertThat(inputs(id(next))).containsExactly("user one", "assistant 1", "user two");
  }

  private static TurnId turnOf(String id) {
    return TurnId.parse(id.substring("resp_".length()));
  }

  /** Oldest first. */
  private List<String> inputs(String id) {
    List<String> inputs = new ArrayList<>();
    json(get(RESPONSES + "/" + id + "/input_items?order=asc"))
        .get("data")
        .forEach(item ->
            inputs.add(
                item.has("role")
                    ? item.get("role").stringValue()
                        + " "
                        + item.at("/content/0/text").stringValue()
                    : item.get("type").stringValue() + " " + item.path("call_id").asString("")));
    return inputs;
  }

  @Test
  void previous_thatIsOlderIsForkedWithAllThatWasSaid() {
    String first = answered("{\"input\":\"one\",\"background\":true}", "1");
    String second = answered(following(first, "\"two\""), "2");
    answered(following(second, "\"three\""), "3");

    HttpResponse<String> fork = create(following(second, "\"other\""));

    AskedTurn asked = asked(fork);
    assertThat(said(asked.request().messages()))
        .containsExactly("user one", "assistant 1", "user two", "assistant 2");
    assertThat(asked.view().session())
        .isNotEqualTo(backstage.turns().asked(Owner.DEV, turnOf(second)).view().session());
    backstage.worker().answer(turn(fork), "fork");
    AskedTurn onTheFork = asked(create(following(id(fork), "\"on\"")));
    assertThat(onTheFork.view().session()).isEqualTo(asked.view().session());
    assertThat(said(onTheFork.request().messages()))
        .containsExactly(
            "user one", "assistant 1", "user two", "assistant 2", "user other", "assistant fork");
  }

  @Test
  void previous_withMessagesOfItsOwnKeepsThem() {
    String first =
        answered(
            """
            {"background": true, "input": [{"role": "user", "content": "a"},
             {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}
            """,
            "d");

    AskedTurn asked = asked(create(following(first, "\"e\"")));

    assertThat(said(asked.request().messages()))
        .containsExactly("user a", "assistant b", "user c", "assistant d");
  }

  @Test
  void previous_thatFailedIsLeftOutOneThatWasCancelledKeepsItsWords() {
    String good = answered("{\"input\":\"one\",\"background\":true}", "1");
    HttpResponse<String> bad = create(following(good, "\"two\""));
    backstage.worker().begin(turn(bad)).fail(FailureCode.PROVIDER_TIMEOUT, "too slow");
    HttpResponse<String> cut = create(following(id(bad), "\"three\""));
    backstage.worker().begin(turn(cut)).say("part");
    post(RESPONSES + "/" + id(cut) + "/cancel", "");
    answered(following(id(cut), "\"four\""), "4");

    AskedTurn fork = asked(create(following(id(cut), "\"five\"")));
    AskedTurn ofFailed = asked(create(following(id(bad), "\"six\"")));

    assertThat(said(fork.request().messages()))
        .containsExactly("user one", "assistant 1", "user three", "assistant part");
    assertThat(said(ofFailed.request().messages())).containsExactly("user one", "assistant 1");
  }

  @Test
  void previous_thatStillRunsIsBusy() {
    HttpResponse<String> running = create(BACKGROUND);

    HttpResponse<String> next = create(following(id(running), "\"two\""));

    assertError(next, 409, "invalid_request_error", "session_busy", null);
    assertThat(next.body()).contains("the previous response still runs");
  }

  @Test
  void functionResults_answerThePreviousResponsesCalls() {
    HttpResponse<String> first = create(BACKGROUND);
    Running worker = backstage.worker().begin(turn(first));
    worker.call("c1", "look", "{}");
    worker.end();
    String output = "{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"r\"}";
    String right = "[" + output.formatted("c1") + "]";
    String user = "{\"role\":\"user\",\"content\":\"go on\"}";

    HttpResponse<String> wrong = create(following(id(first), "[" + output.formatted("c2") + "]"));
    String second =
        answered(following(id(first), "[" + output.formatted("c1") + "," + user + "]"), "seen");

    assertError(wrong, 409, "invalid_request_error", "tool_results_mismatch", null);
    assertThat(wrong.body()).contains("'c1' has none, 'c2' is none of them");
    assertThat(wrong.headers().firstValue("x-should-retry")).hasValue("false");
    AskedTurn asked = backstage.turns().asked(Owner.DEV, turnOf(second));
    assertThat(asked.request().messages()).isNull();
    assertThat(asked.parts()).hasSize(2);
    AskedTurn fork = asked(create(following(id(first), right)));
    assertThat(said(fork.request().messages()))
        .containsExactly("user Hello", "assistant calls look");
    assertError(
        create(following(id(first), "[" + output.formatted("c2") + "]")),
        409,
        "invalid_request_error",
        "tool_results_mismatch",
        null);
    assertThat(inputs("resp_" + fork.view().id()))
        .containsExactly("user Hello", "function_call c1", "function_call_output c1");
  }

  @Test
  void references_standForItemsOfEarlierAnswers() {
    HttpResponse<String> first = create(BACKGROUND);
    Running worker = backstage.worker().begin(turn(first));
    worker.think("hm");
    worker.say("Let me see.");
    worker.call("c1", "look", "{}");
    worker.end();
    String turn = turn(first).toString();
    String body =
        """
        {"background": true, "input": [
          {"role": "user", "content": "Hello"},
          {"type": "item_reference", "id": "rs_T_0"},
          {"type": "item_reference", "id": "msg_T_0"},
          {"type": "item_reference", "id": "msg_T_1"},
          {"type": "item_reference", "id": "fc_T_0"},
          {"type": "function_call_output", "call_id": "c1", "output": "r"}]}
        """
            .replace("T", turn);

    AskedTurn asked = asked(create(body));

    assertThat(said(asked.request().messages()))
        .containsExactly("user Hello", "assistant ReasoningLet me see.calls look");
    for (String unknown : List.of("msg_" + TurnId.make() + "_0", "fc_" + turn + "_7", "x")) {
      assertError(
          create(body.replace("msg_" + turn + "_0", unknown)),
          400,
          "invalid_request_error",
          null,
          "input");
    }
  }

  @Test
  void anothersResponses_areNotThere() {
    TurnId theirs = TurnId.make();
    backstage
        .turns()
        .submit(
            new Submission(
                new SessionKey(new Owner("bob"), new SessionId(newSession())),
                theirs,
                MessageId.make(),
                List.of(new Part.Text("secret")),
                new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
                null,
                "hash",
                Duration.ofMinutes(1)));
    String id = "resp_" + theirs;

    for (HttpResponse<String> answer :
        List.of(
            get(RESPONSES + "/" + id),
            get(RESPONSES + "/" + id + "?stream=true"),
            get(RESPONSES + "/" + id + "/input_items"),
            post(RESPONSES + "/" + id + "/cancel", ""),
            send(request(RESPONSES + "/" + id).DELETE()))) {
      assertError(answer, 404, "invalid_request_error", "not_found", null);
      assertThat(answer.body()).doesNotContain("secret");
    }
    assertError(
        create(following(id, "\"x\"")),
        400,
        "invalid_request_error",
        "previous_response_not_found",
        "previous_response_id");
    String reference =
        """
        {"background": true, "input": [{"role": "user", "content": "x"},
          {"type": "item_reference", "id": "msg_%s_0"}, {"role": "user", "content": "y"}]}
        """;
    assertError(create(reference.formatted(theirs)), 400, "invalid_request_error", null, "input");
    assertThat(backstage.turns().asked(new Owner("bob"), theirs)).isNotNull();
  }

  @Test
  void unstored_isASessionOfItsOwnThatIsNotKept() {
    String first = answered("{\"input\":\"one\",\"background\":true}", "1");
    String unstored = "\"two\",\"store\":false";

    HttpResponse<String> next = create(following(first, unstored));
    HttpResponse<String> named =
        create("{\"input\":\"one\",\"store\":false}", "x-relay-session", newSession());

    AskedTurn asked = asked(next);
    assertThat(json(next).get("store").booleanValue()).isFalse();
    assertThat(asked.view().session())
        .isNotEqualTo(backstage.turns().asked(Owner.DEV, turnOf(first)).view().session());
    assertThat(said(asked.request().messages())).containsExactly("user one", "assistant 1");
    assertError(named, 400, "invalid_request_error", null, "store");
    backstage.worker().answer(turn(next), "2");
    assertThat(read(id(next)).get("status").stringValue()).isEqualTo("completed");
    assertThat(backstage.turns().deleteUnstored(Duration.ofMillis(-1000), 100)).isPositive();
    assertThat(get(RESPONSES + "/" + id(next)).statusCode()).isEqualTo(404);
    assertThat(read(first).get("status").stringValue()).isEqualTo("completed");
  }

  @Test
  void inputItems_areInTheOrderInWhichTheyWereSaid() {
    HttpResponse<String> first = create(BACKGROUND);
    Running worker = backstage.worker().begin(turn(first));
    worker.think("hm");
    worker.say("Let me see.");
    worker.call("c1", "look", "{}");
    worker.end();
    String output =
        """
        [{"type": "function_call_output", "call_id": "c1",
          "output": [{"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
                     {"type": "input_file", "filename": "a.pdf", "file_url": "https://a/b.pdf"}]},
         {"role": "user", "content": "go on"}]
        """;

    String id = id(create(following(id(first), output)));

    assertThat(inputs(id))
        .containsExactly(
            "user Hello",
            "reasoning ",
            "assistant Let me see.",
            "function_call c1",
            "function_call_output c1",
            "user go on");
    JsonNode items = json(get(RESPONSES + "/" + id + "/input_items?order=asc")).get("data");
    assertThat(items.at("/1/summary/0/text").stringValue()).isEqualTo("hm");
    assertThat(items.at("/3/name").stringValue()).isEqualTo("look");
    assertThat(items.at("/3/arguments").stringValue()).isEqualTo("{}");
    assertThat(items.at("/4/output"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"type": "input_image", "detail": "auto",
                  "image_url": "data:image/png;base64,AAAA"},
                 {"type": "input_file", "filename": "a.pdf", "file_url": "https://a/b.pdf"}]
                """));
  }

  @Test
  void inputItems_arePagedInBothOrders() {
    String id =
        answered(
            """
            {"background": true, "input": [{"role": "user", "content": "a"},
             {"role": "assistant", "content": "b"},
             {"role": "user", "content": [{"type": "input_text", "text": "c"},
               {"type": "input_image", "image_url": "https://example.org/x.png"}]}]}
            """,
            "d");
    String path = RESPONSES + "/" + id + "/input_items";

    JsonNode newest = json(get(path + "?limit=2"));
    JsonNode rest = json(get(path + "?limit=2&after=" + newest.get("last_id").stringValue()));

    assertThat(newest.get("object").stringValue()).isEqualTo("list");
    assertThat(newest.get("has_more").booleanValue()).isTrue();
    assertThat(newest.at("/data/0/content/0/type").stringValue()).isEqualTo("input_text");
    assertThat(newest.at("/data/0/content/1/image_url").stringValue())
        .isEqualTo("https://example.org/x.png");
    assertThat(newest.at("/data/1/content/0/type").stringValue()).isEqualTo("output_text");
    assertThat(rest.get("has_more").booleanValue()).isFalse();
    assertThat(rest.get("data")).hasSize(1);
    assertThat(inputs(id)).containsExactly("user a", "assistant b", "user c");
  }
}
