package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.ScriptedWorker.Running;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.SessionView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Chat completions as OpenAI's clients know them, over turns like any other. */
class ChatCompletionsTest extends GatewayTest {
  private static final String COMPLETIONS = "/v1/chat/completions";
  private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
  private static final String STREAMED =
      "{" + HELLO + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * A stream that begins.
   *
   * @param session and {@code turn} as its headers say
   */
  private record Begun(String session, TurnId turn, InputStream body) {
    /** All that comes, and whether it broke off. */
    Told rest() {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      boolean broken = false;
      try (body) {
        body.transferTo(read);
      } catch (IOException e) {
        broken = true;
      }
      return new Told(read.toString(StandardCharsets.UTF_8), broken);
    }
  }

  private record Told(String text, boolean broken) {
    List<JsonNode> chunks() {
      List<JsonNode> chunks = new ArrayList<>();
      text.lines()
          .filter(line -> line.startsWith("data: {"))
          .forEach(line -> chunks.add(JSON.readTree(line.substring("data: ".length()))));
      return chunks;
    }

    String content() {
      StringBuilder said = new StringBuilder();
      chunks().forEach(it -> said.append(it.at("/choices/0/delta/content").asString("")));
      return said.toString();
    }
  }

  private HttpRequest.Builder completion(String body, String... headers) {
    HttpRequest.Builder request =
        request(COMPLETIONS)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Reads as it comes: HttpClient forgets what it has when a connection breaks. */
  private Begun begin(String... headers) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + COMPLETIONS);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setReadTimeout(20_000);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      connection.setRequestProperty(headers[i], headers[i + 1]);
    }
    connection.getOutputStream().write(STREAMED.getBytes(StandardCharsets.UTF_8));
    assertThat(connection.getResponseCode()).isEqualTo(200);
    assertThat(connection.getContentType()).startsWith("text/event-stream");
    return new Begun(
        connection.getHeaderField("X-Relay-Session"),
        TurnId.parse(connection.getHeaderField("X-Relay-Turn")),
        connection.getInputStream());
  }

  private TurnId running(String session) {
    return await()
        .until(
            () -> {
              SessionView view =
                  backstage.turns().session(new SessionKey(Owner.DEV, new SessionId(session)));
              return view == null || view.active() == null ? null : view.active().turn();
            },
            turn -> turn != null);
  }

  private static void assertError(
      HttpResponse<String> answer, int status, String type, String code, String param) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    JsonNode error = json(answer).get("error");
    assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
    assertThat(error.get("message").stringValue()).isNotBlank();
    assertThat(error.get("type").stringValue()).isEqualTo(type);
    assertThat(error.get("code").asString(null)).isEqualTo(code);
    assertThat(error.get("param").asString(null)).isEqualTo(param);
  }

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

  @Test
  void repeat_ofAnSdkAttachesToTheTurnOfTheFirstTime() throws Exception {
    String words = ",\"metadata\":{\"of\":\"" + newSession() + "\"}}";
    String body = "{" + HELLO + ",\"stream\":true" + words;
    var first = open(body, "x-stainless-retry-count", "0");
    var other = open(body, "x-stainless-retry-count", "0");
    assertThat(turn(other)).isNotEqualTo(turn(first));
    assertThat(post("/api/chat/" + session(other) + "/cancel", "").statusCode()).isEqualTo(200);
    var again = open(body, "x-stainless-retry-count", "1");
    assertThat(turn(again)).isEqualTo(turn(first));
    assertThat(session(again)).isEqualTo(session(first));
    backstage.worker().answer(TurnId.parse(turn(first)), "Once");
    assertThat(new String(again.body().readAllBytes(), StandardCharsets.UTF_8))
        .endsWith("data: [DONE]\n\n");

    var whole = send(completion("{" + HELLO + words, "x-stainless-retry-count", "2"));
    var different = open(body.replace("Hello", "Bye"), "x-stainless-retry-count", "1");

    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(json(whole).get("id").stringValue()).isEqualTo("chatcmpl-" + turn(first));
    assertThat(turn(different)).isNotEqualTo(turn(first));
    first.body().close();
    different.body().close();
  }

  @Test
  void repeat_inANamedSessionAttachesInPlaceOfBeingBusy() throws Exception {
    String named = newSession();
    String body = "{" + HELLO + ",\"stream\":true}";
    var first = open(body, "x-relay-session", named);
    var again = open(body, "x-relay-session", named, "x-stainless-retry-count", "1");
    var other =
        send(
            completion(
                body.replace("Hello", "Bye"),
                "x-relay-session",
                named,
                "x-stainless-retry-count",
                "1"));

    assertThat(turn(again)).isEqualTo(turn(first));
    assertError(other, 409, "invalid_request_error", "session_busy", null);
    first.body().close();
    again.body().close();
  }

  private HttpResponse<InputStream> open(String body, String... headers) throws Exception {
    return client.send(completion(body, headers).build(), BodyHandlers.ofInputStream());
  }

  private static String turn(HttpResponse<?> answer) {
    return answer.headers().firstValue("X-Relay-Turn").orElseThrow();
  }

  private static String session(HttpResponse<?> answer) {
    return answer.headers().firstValue("X-Relay-Session").orElseThrow();
  }

  @Test
  void request_isReadWhole() throws Exception {
    String body =
        """
        {"model": "demo-x", "stream": true, "n": 1, "user": "u", "store": true, "logprobs": null,
         "temperature": 0.5, "top_p": 0.9, "max_tokens": 5, "max_completion_tokens": 7,
         "stop": "END", "seed": 3, "reasoning_effort": "low", "metadata": {"order": "7"},
         "frequency_penalty": 0, "parallel_tool_calls": false,
         "tools": [{"type": "function", "function": {"name": "look", "description": "d",
           "parameters": {"type": "object"}, "strict": true}}],
         "tool_choice": {"type": "function", "function": {"name": "look"}},
         "response_format": {"type": "json_schema",
           "json_schema": {"name": "s", "schema": {"type": "object"}, "strict": true}},
         "messages": [
           {"role": "developer", "content": "Be brief."},
           {"role": "user", "name": "ann", "content": [
             {"type": "text", "text": "What is it?"},
             {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}},
             {"type": "file", "file": {"filename": "a.pdf",
               "file_data": "data:application/pdf;base64,AAAA"}}]},
           {"role": "assistant", "content": null, "refusal": null, "annotations": [],
            "reasoning_content": "hm", "parsed": null, "tool_calls": [
             {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}",
              "parsed_arguments": {}}},
             {"id": "b", "type": "function", "function": {"name": "look", "arguments": ""}}]},
           {"role": "tool", "tool_call_id": "b", "content": "two"},
           {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "one"}]}]}
        """;
    HttpResponse<InputStream> answer =
        client.send(completion(body).build(), BodyHandlers.ofInputStream());
    String turn = answer.headers().firstValue("X-Relay-Turn").orElseThrow();
    String session = answer.headers().firstValue("X-Relay-Session").orElseThrow();

    var request = backstage.worker().begin(TurnId.parse(turn)).request();
    answer.body().close();

    assertThat(request.model()).isEqualTo("demo-x");
    assertThat(JSON.writeValueAsString(request.parameters()))
        .isEqualTo(
            "{\"temperature\":0.5,\"topP\":0.9,\"maxTokens\":7,\"stop\":[\"END\"],"
                + "\"seed\":3,\"reasoningEffort\":\"LOW\"}");
    assertThat(String.valueOf(request.tools()))
        .isEqualTo(
            "Tools[offered=[Tool[name=look, description=d, parameters={\"type\":\"object\"}]],"
                + " choice=Choice[mode=NAMED, name=look], parallel=false]");
    assertThat(String.valueOf(request.responseFormat()))
        .isEqualTo(
            "ResponseFormat[kind=JSON_SCHEMA, name=s, schema={\"type\":\"object\"}, strict=true]");
    assertThat(request.metadata()).containsEntry("order", "7");
    assertThat(request.messages()).hasSize(3);
    assertThat(String.valueOf(request.messages().get(0)))
        .isEqualTo("Utterance[role=SYSTEM, parts=[Text[text=Be brief.]]]");
    assertThat(String.valueOf(request.messages().get(1)))
        .isEqualTo(
            "Utterance[role=USER, parts=[Text[text=What is it?],"
                + " Image[url=null, mediaType=image/png, data=AAAA],"
                + " File[name=a.pdf, url=null, mediaType=application/pdf, data=AAAA]]]");
    assertThat(String.valueOf(request.messages().get(2)))
        .isEqualTo(
            "Utterance[role=ASSISTANT, parts=[Reasoning[text=hm],"
                + " ToolCall[index=0, id=a, name=look, arguments={}],"
                + " ToolCall[index=1, id=b, name=look, arguments={}]]]");
    String messages = get("/api/chat/" + session + "/messages").body();
    assertThat(messages).contains("\"toolCallId\":\"b\"", "\"toolCallId\":\"a\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "n | `n`:2",
        "logprobs | `logprobs`:true",
        "top_logprobs | `top_logprobs`:3",
        "presence_penalty | `presence_penalty`:0.5",
        "logit_bias | `logit_bias`:{`50256`:-100}",
        "modalities | `modalities`:[`text`,`audio`]",
        "audio | `audio`:{`voice`:`alloy`}",
        "web_search_options | `web_search_options`:{}",
        "functions | `functions`:[]",
        "verbosity | `verbosity`:`low`",
        "top_k | `top_k`:3",
        "temperature | `temperature`:3",
        "max_completion_tokens | `max_completion_tokens`:0",
        "stop | `stop`:[``]",
        "stream | `stream`:1",
        "stream_options | `stream_options`:7",
        "reasoning_effort | `reasoning_effort`:`huge`",
        "response_format.type | `response_format`:{`type`:`xml`}",
        "response_format.json_schema | `response_format`:{`type`:`json_schema`}",
        "tools[0].type | `tools`:[{`type`:`custom`,`custom`:{`name`:`x`}}]",
        "tools[0].function.name | `tools`:[{`type`:`function`,`function`:{}}]",
        "tool_choice | `tools`:[{`type`:`function`,`function`:{`name`:`x`}}],`tool_choice`:`any`"
      })
  void request_isRefusedNamingItsField(String param, String field) {
    HttpResponse<String> answer =
        post(COMPLETIONS, "{" + HELLO + "," + field.replace('`', '"') + "}");

    assertError(answer, 400, "invalid_request_error", null, param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "messages | [] ",
        "messages | [{`role`:`system`,`content`:`x`}]",
        "messages | [{`role`:`user`,`content`:`x`},{`role`:`assistant`,`content`:`y`}]",
        "messages[0].role | [{`role`:`function`,`content`:`x`}]",
        "messages[0].content | [{`role`:`user`,`content`:` `}]",
        "messages[0].content | [{`role`:`user`,`content`:7}]",
        "messages[0].content[0].type | [{`role`:`user`,`content`:[{`type`:`input_audio`}]}]",
        "messages[0].content[0].image_url.url |"
            + " [{`role`:`user`,`content`:[{`type`:`image_url`,`image_url`:{`url`:`http://a/b`}}]}]",
        "messages[0].content[0].file.file_id |"
            + " [{`role`:`user`,`content`:[{`type`:`file`,`file`:{`file_id`:`f`}}]}]",
        "messages[0].function_call | [{`role`:`assistant`,`function_call`:{}}]",
        "messages[0].tool_call_id | [{`role`:`tool`,`content`:`x`,`tool_call_id`:`a`}]"
      })
  void messages_areRefusedNamingTheField(String param, String messages) {
    HttpResponse<String> answer =
        post(COMPLETIONS, "{\"messages\":" + messages.replace('`', '"') + "}");

    assertError(answer, 400, "invalid_request_error", null, param);
  }

  @Test
  void refusals_haveOpenAisShape() {
    String session = newSession();
    submit(session);
    String large =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "a".repeat(300_000) + "\"}]}";

    assertError(get("/v1/nothing"), 404, "invalid_request_error", "not_found", null);
    assertError(get(COMPLETIONS), 405, "invalid_request_error", null, null);
    assertError(post(COMPLETIONS, "{"), 400, "invalid_request_error", null, null);
    assertError(post(COMPLETIONS, large), 413, "invalid_request_error", null, null);
    assertError(
        post(COMPLETIONS, "{" + HELLO + ",\"model\":\"nobody\"}"),
        404,
        "invalid_request_error",
        "model_not_found",
        "model");
    assertError(
        send(completion("{" + HELLO + "}", "x-relay-session", session)),
        409,
        "invalid_request_error",
        "session_busy",
        null);
    assertError(
        send(completion("{" + HELLO + "}", "x-relay-on-takeover", "pray")),
        400,
        "invalid_request_error",
        null,
        "x-relay-on-takeover");
    assertError(
        send(completion("{" + HELLO + "}", "Origin", "http://x.example")),
        403,
        "invalid_request_error",
        "forbidden",
        null);
    backstage.postgres().setAway(true);
    HttpResponse<String> away = post(COMPLETIONS, "{" + HELLO + "}");
    assertError(away, 503, "server_error", "store_unavailable", null);
    assertThat(away.headers().firstValue("Retry-After")).isPresent();
    assertThat(get("/api/nothing").headers().firstValue("Content-Type"))
        .hasValue("application/problem+json");
  }

  @Test
  void models_areListedAndFound() {
    assertThat((Object) json(get("/v1/models")))
        .isEqualTo(
            JSON.readTree(
                """
                {"object": "list", "data": [
                  {"id": "demo", "object": "model", "created": 0, "owned_by": "stream-relay"}]}
                """));
    assertThat(json(get("/v1/models/demo-fast")).get("id").stringValue()).isEqualTo("demo-fast");
    assertThat(json(get("/v1/models/demo/fast")).get("id").stringValue()).isEqualTo("demo/fast");
    assertError(get("/v1/models/nobody"), 404, "invalid_request_error", "model_not_found", "model");
  }
}
