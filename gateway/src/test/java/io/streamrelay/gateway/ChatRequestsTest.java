package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Tools.Choice;
import io.streamrelay.protocol.turn.Tools.Mode;
import io.streamrelay.protocol.turn.TurnRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of OpenAI's requests is taken, and how the rest is refused. */
class ChatRequestsTest extends CompletionsScene {
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
    var answer = open(body);

    var request = backstage.worker().begin(TurnId.parse(turn(answer))).request();
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
    String messages = get("/api/chat/" + session(answer) + "/messages").body();
    assertThat(messages)
        .containsSubsequence("\"toolCallId\":\"b\"", "two", "\"toolCallId\":\"a\"", "one");
  }

  private TurnRequest taken(String body) throws Exception {
    var answer = open(body.replace('`', '"').replaceFirst("}$", ",\"stream\":true}"));
    assertThat(answer.statusCode()).isEqualTo(200);
    try (var stream = answer.body()) {
      return backstage.worker().begin(TurnId.parse(turn(answer))).request();
    }
  }

  @ParameterizedTest
  @CsvSource({"auto, AUTO", "none, NONE", "required, REQUIRED"})
  void toolChoice_isRead(String word, Mode mode) throws Exception {
    Tools tools =
        taken(
                "{"
                    + HELLO
                    + ",`tools`:[{`type`:`function`,`function`:{`name`:`x`}}],`tool_choice`:`%s`}"
                        .formatted(word))
            .tools();

    assertThat(tools).isNotNull();
    assertThat(tools.choice()).isEqualTo(new Choice(mode, null));
  }

  @Test
  void responseFormat_isRead() throws Exception {
    assertThat(taken("{" + HELLO + ",`response_format`:{`type`:`json_object`}}").responseFormat())
        .isEqualTo(ResponseFormat.JSON);
    assertThat(taken("{" + HELLO + ",`response_format`:{`type`:`text`}}").responseFormat())
        .isEqualTo(ResponseFormat.TEXT);
  }

  @Test
  void stops_mayBeSeveral() throws Exception {
    assertThat(taken("{" + HELLO + ",`stop`:[`END`,`FIN`]}").parameters().stop())
        .containsExactly("END", "FIN");
  }

  @Test
  void assistant_isWhatItSaidAndNothingWhereItWasSilent() throws Exception {
    TurnRequest request =
        taken(
            """
            {`messages`: [
              {`role`: `user`, `content`: `a`}, {`role`: `assistant`, `content`: ``},
              {`role`: `user`, `content`: `b`}, {`role`: `assistant`, `refusal`: `No.`},
              {`role`: `user`, `content`: `c`},
              {`role`: `assistant`, `content`: [{`type`: `refusal`, `refusal`: `Never.`}]},
              {`role`: `user`, `content`: `d`}]}\
            """);

    assertThat(String.valueOf(request.messages()))
        .isEqualTo(
            "[Utterance[role=USER, parts=[Text[text=a]]],"
                + " Utterance[role=USER, parts=[Text[text=b]]],"
                + " Utterance[role=ASSISTANT, parts=[Text[text=No.]]],"
                + " Utterance[role=USER, parts=[Text[text=c]]],"
                + " Utterance[role=ASSISTANT, parts=[Text[text=Never.]]]]");
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
        "stream_options.usage | `stream_options`:{`usage`:true}",
        "tool_choice | `tool_choice`:`required`",
        "reasoning_effort | `reasoning_effort`:`huge`",
        "response_format.type | `response_format`:{`type`:`xml`}",
        "response_format.json_schema | `response_format`:{`type`:`json_schema`}",
        "tools[0].type | `tools`:[{`type`:`custom`,`custom`:{`name`:`x`}}]",
        "tools[0].function.name | `tools`:[{`type`:`function`,`function`:{}}]",
        "tool_choice | `tools`:[{`type`:`function`,`function`:{`name`:`x`}}],`tool_choice`:`any`",
        "tool_choice.function.name | `tools`:[{`type`:`function`,`function`:{`name`:`x`}}],"
            + "`tool_choice`:{`type`:`function`,`function`:{`name`:`y`}}"
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
        "messages[0].content | [{`role`:`system`,`content`:` `},{`role`:`user`,`content`:`x`}]",
        "messages[0].content[0].type | [{`role`:`system`,`content`:[{`type`:`image_url`,"
            + "`image_url`:{`url`:`https://a/b`}}]},{`role`:`user`,`content`:`x`}]",
        "messages | [{`role`:`assistant`,`tool_calls`:["
            + "{`id`:`a`,`function`:{`name`:`f`,`arguments`:`{}`}},"
            + "{`id`:`b`,`function`:{`name`:`f`,`arguments`:`{}`}}]},"
            + "{`role`:`tool`,`content`:`x`,`tool_call_id`:`a`}]",
        "messages[0].tool_calls[1].id | [{`role`:`assistant`,`tool_calls`:["
            + "{`id`:`a`,`function`:{`name`:`f`,`arguments`:`{}`}},"
            + "{`id`:`a`,`function`:{`name`:`f`,`arguments`:`{}`}}]},"
            + "{`role`:`user`,`content`:`x`}]",
        "messages[2].tool_call_id | [{`role`:`assistant`,`tool_calls`:["
            + "{`id`:`a`,`function`:{`name`:`f`,`arguments`:`{}`}}]},"
            + "{`role`:`tool`,`content`:`x`,`tool_call_id`:`a`},"
            + "{`role`:`tool`,`content`:`x`,`tool_call_id`:`a`}]",
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
    assertError(get("/v1"), 404, "invalid_request_error", "not_found", null);
    assertProblem(get("/v1x"), 404, "not_found");
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
        send(completion("{" + HELLO + "}", "x-relay-session", "../x")),
        400,
        "invalid_request_error",
        null,
        "x-relay-session");
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
