package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.ScriptedWorker.Running;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Answers as OpenAI's clients read them, over turns like any other. */
class ChatCompletionsTest extends CompletionsScene {
  @Test
  void stream_isToldInChunksAndDone() throws Exception {
    Begun begun = begin();
    Running worker = backstage.worker().begin(begun.turn());
    worker.say("Once ");
    worker.say("upon");
    worker.end();

    Told told = begun.rest();

    assertThat(told.broken()).isFalse();
    assertThat(told.content()).isEqualTo("Once upon");
    assertThat(told.text()).startsWith(":\n\ndata: {").endsWith("data: [DONE]\n\n");
    JsonNode last = told.chunks().getLast();
    assertThat(last.get("id").stringValue()).isEqualTo("chatcmpl-" + begun.turn());
    assertThat(last.get("choices")).isEmpty();
    assertThat(last.at("/usage/total_tokens").intValue()).isEqualTo(8);
    assertThat(
            told.chunks()
                .get(told.chunks().size() - 2)
                .at("/choices/0/finish_reason")
                .stringValue())
        .isEqualTo("stop");
  }

  @Test
  void stream_canBeFollowedAndCancelledNatively() throws Exception {
    Begun begun = begin();
    String path = "/api/chat/" + begun.session();
    var natively = later(path + "/turns/" + begun.turn() + "/stream");
    backstage.worker().begin(begun.turn()).say("Once ");

    assertThat(post(path + "/cancel", "{\"reason\":\"enough\"}").statusCode()).isEqualTo(200);
    Told told = begun.rest();

    assertThat(told.broken()).isTrue();
    assertThat(told.content()).isEqualTo("Once ");
    assertThat(told.text()).doesNotContain("[DONE]").doesNotContain("\"finish_reason\":\"");
    assertThat(told.chunks().getLast().at("/error/code").stringValue()).isEqualTo("cancelled");
    assertThat(types(natively.get())).containsExactly("user", "start", "text", "cancel");
  }

  @Test
  void stream_thatFailsSaysSoAndBreaks() throws Exception {
    Begun begun = begin();
    Running worker = backstage.worker().begin(begun.turn());
    worker.say("Once ");
    worker.fail(FailureCode.PROVIDER_TRUNCATED, "it broke off");

    Told told = begun.rest();

    assertThat(told.broken()).isTrue();
    assertThat(told.text()).doesNotContain("[DONE]").doesNotContain("\"finish_reason\":\"");
    assertThat(told.chunks().getLast().at("/error/code").stringValue())
        .isEqualTo("provider_truncated");
  }

  @Test
  void takeover_beforeTheFirstChunkIsInvisible() throws Exception {
    Begun begun = begin();
    Running second = backstage.worker().begin(begun.turn()).takenOver();
    second.say("Once");
    second.end();

    Told told = begun.rest();

    assertThat(told.broken()).isFalse();
    assertThat(told.content()).isEqualTo("Once");
  }

  @Test
  void takeover_afterTheFirstChunkIsAnErrorOrABeginning() throws Exception {
    Begun plain = begin();
    takeOver(plain);
    Begun restarting = begin("x-relay-on-takeover", "restart");
    takeOver(restarting);

    Told failed = plain.rest();
    Told restarted = restarting.rest();

    assertThat(failed.broken()).isTrue();
    assertThat(failed.content()).isEqualTo("Once ");
    assertThat(failed.chunks().getLast().at("/error/code").stringValue()).isEqualTo("taken_over");
    assertThat(restarted.broken()).isFalse();
    assertThat(restarted.content()).isEqualTo("Once At first");
    assertThat(restarted.chunks().get(2).at("/relay/restart").booleanValue()).isTrue();
    assertThat(restarted.text()).endsWith("data: [DONE]\n\n");
  }

  private void takeOver(Begun begun) {
    Running first = backstage.worker().begin(begun.turn());
    first.say("Once ");
    Running second = first.takenOver();
    second.say("At first");
    second.end();
  }

  @Test
  void whole_isTheAnswerOnceItIsThere() throws Exception {
    String session = newSession();
    CompletableFuture<HttpResponse<String>> waiting =
        later(completion("{" + HELLO + "}", "x-relay-session", session));
    TurnId turn = running(session);
    Running worker = backstage.worker().begin(turn);
    worker.say("Let me see.");
    worker.call("call_a", "look", "{\"at\":1}");
    worker.end();

    HttpResponse<String> answer = waiting.get();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Relay-Session")).hasValue(session);
    assertThat(answer.headers().firstValue("X-Relay-Turn")).hasValue(turn.toString());
    JsonNode said = json(answer);
    assertThat(said.get("object").stringValue()).isEqualTo("chat.completion");
    assertThat(said.get("model").stringValue()).isEqualTo("demo");
    assertThat(said.at("/choices/0/message/content").stringValue()).isEqualTo("Let me see.");
    assertThat(said.at("/choices/0/message/tool_calls/0").toString())
        .isEqualTo(
            "{\"id\":\"call_a\",\"type\":\"function\","
                + "\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":1}\"}}");
    assertThat(said.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(said.at("/usage/prompt_tokens").intValue()).isEqualTo(3);
  }

  @Test
  void whole_thatFailsHasTheStatusOfItsReason() throws Exception {
    String limited = newSession();
    var first = later(completion("{" + HELLO + "}", "x-relay-session", limited));
    backstage.worker().begin(running(limited)).fail(FailureCode.PROVIDER_RATE_LIMITED, "too many");
    String cancelled = newSession();
    var second = later(completion("{" + HELLO + "}", "x-relay-session", cancelled));
    running(cancelled);
    post("/api/chat/" + cancelled + "/cancel", "");

    assertError(first.get(), 429, "rate_limit_error", "rate_limit_exceeded", null);
    assertThat(first.get().headers().firstValue("x-should-retry")).hasValue("true");
    assertError(second.get(), 409, "invalid_request_error", "cancelled", null);
    assertThat(second.get().headers().firstValue("x-should-retry")).hasValue("false");
  }
}
