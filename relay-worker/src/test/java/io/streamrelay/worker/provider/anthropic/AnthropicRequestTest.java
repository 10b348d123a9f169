package io.streamrelay.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Bodies as a server reads them. */
final class AnthropicRequestTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Utterance HELLO = says(Role.USER, new Part.Text("Hello"));

  /** Of the last body. */
  private List<String> warnings = List.of();

  @Test
  void request_hasALimitInAnyCase() throws Exception {
    assertThat(body(Parameters.NONE, null, null, HELLO))
        .isEqualTo(
            json(
                """
                {"model": "m", "max_tokens": 4096, "stream": true,
                 "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]}
                """));
  }

  @Test
  void parameters_areSentAsFarAsThereIsAPlace() throws Exception {
    JsonNode body =
        body(new Parameters(0.5, 0.9, 100, List.of("END", "\n"), 7L, null), null, null, HELLO);

    assertThat(((ObjectNode) body).without("messages"))
        .isEqualTo(
            json(
                """
                {"model": "m", "max_tokens": 100, "stream": true, "temperature": 0.5,
                 "top_p": 0.9, "stop_sequences": ["END", "\\n"]}
                """));
  }

  @Test
  void messages_systemIsApartAndReasoningStaysHere() throws Exception {
    JsonNode body =
        body(
            Parameters.NONE,
            null,
            null,
            says(Role.SYSTEM, new Part.Text("Be brief."), new Part.Text("Be kind.")),
            HELLO,
            says(Role.ASSISTANT, new Part.Reasoning("Hm."), new Part.Text("First.")),
            says(Role.USER, new Part.Text("Two?")));

    assertThat(body.get("system").asString()).isEqualTo("Be brief.\nBe kind.");
    assertThat(body.get("messages"))
        .isEqualTo(
            json(
                """
                [{"role": "user", "content": [{"type": "text", "text": "Hello"}]},
                 {"role": "assistant", "content": [{"type": "text", "text": "First."}]},
                 {"role": "user", "content": [{"type": "text", "text": "Two?"}]}]
                """));
  }

  @Test
  void messages_ofOneSideAreJoinedAndBlankTextIsLeftOut() throws Exception {
    assertThat(
            messages(
                HELLO,
                says(Role.ASSISTANT, new Part.Text(" ")),
                says(Role.USER, new Part.Text(""), new Part.Text("More"))))
        .isEqualTo(
            json(
                """
                [{"role": "user", "content": [{"type": "text", "text": "Hello"},
                                              {"type": "text", "text": "More"}]}]
                """));
  }

  @Test
  void messages_haveImagesAndFiles() throws Exception {
    assertThat(
            messages(
                says(
                    Role.USER,
                    new Part.Image("https://a.example/b.png", null, null),
                    new Part.Image(null, "image/png", "iVBORw=="),
                    new Part.File("c.gif", null, "image/gif", "R0lG"),
                    new Part.File("d.pdf", null, "application/pdf", "AAAA"),
                    new Part.File(null, "https://a.example/e.pdf", null, null),
                    new Part.File("f.txt", null, "text/plain", "SGkh"))))
        .isEqualTo(
            json(
                """
                [{"role": "user", "content": [
                  {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
                  {"type": "image",
                   "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
                  {"type": "image",
                   "source": {"type": "base64", "media_type": "image/gif", "data": "R0lG"}},
                  {"type": "document", "title": "d.pdf",
                   "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}},
                  {"type": "document", "source": {"type": "url", "url": "https://a.example/e.pdf"}},
                  {"type": "document", "title": "f.txt",
                   "source": {"type": "text", "media_type": "text/plain", "data": "Hi!"}}]}]
                """));
  }

  @Test
  void messages_whatHasNoPlaceEndsTheRequest() {
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () -> messages(says(Role.USER, new Part.File("a.mp3", null, "audio/mpeg", "BBBB"))));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(failure)
        .hasMessage(
            "a provider of type anthropic-messages takes images, PDF and text only as files");
  }

  @Test
  void messages_haveToolCallsAndTheirResults() throws Exception {
    assertThat(
            messages(
                HELLO,
                says(
                    Role.ASSISTANT,
                    new Part.Text("Let me see."),
                    new Part.ToolCall(0, "toolu_1", "f", "{\"x\": 1}"),
                    new Part.ToolCall(1, "functions.g:1", "g", ""),
                    new Part.ToolCall(2, null, "h", "{\"cut")),
                says(
                    Role.TOOL,
                    new Part.ToolResult("toolu_1", List.of(new Part.Text("one")), false),
                    new Part.ToolResult("functions.g:1", List.of(), true),
                    new Part.ToolResult(
                        "call_2", List.of(new Part.Image(null, "image/png", "AA==")), false)),
                says(Role.USER, new Part.Text("And?"))))
        .isEqualTo(
            json(
                """
                [{"role": "user", "content": [{"type": "text", "text": "Hello"}]},
                 {"role": "assistant", "content": [
                   {"type": "text", "text": "Let me see."},
                   {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"x": 1}},
                   {"type": "tool_use", "id": "functions_g_1", "name": "g", "input": {}},
                   {"type": "tool_use", "id": "call_2", "name": "h",
                    "input": {"arguments": "{\\"cut"}}]},
                 {"role": "user", "content": [
                   {"type": "tool_result", "tool_use_id": "toolu_1",
                    "content": [{"type": "text", "text": "one"}]},
                   {"type": "tool_result", "tool_use_id": "functions_g_1", "content": [],
                    "is_error": true},
                   {"type": "tool_result", "tool_use_id": "call_2", "content": [
                     {"type": "image",
                      "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}]},
                   {"type": "text", "text": "And?"}]}]
                """));
  }

  @Test
  void tools_areOffered() throws Exception {
    Tools tools =
        new Tools(
            List.of(
                new Tools.Tool("f", "does f", "{\"type\":\"object\",\"properties\":{}}"),
                new Tools.Tool("g", null, null)),
            null,
            null);

    JsonNode body = body(Parameters.NONE, tools, null, HELLO);

    assertThat(body.get("tools"))
        .isEqualTo(
            json(
                """
                [{"name": "f", "description": "does f",
                  "input_schema": {"type": "object", "properties": {}}},
                 {"name": "g", "input_schema": {"type": "object"}}]
                """));
    assertThat(body.has("tool_choice")).isFalse();
  }

  @Test
  void tools_choiceSaysAlsoWhetherSeveralMayBeCalled() throws Exception {
    assertThat(choice(Tools.Mode.AUTO, null, null)).isEqualTo(json("{\"type\":\"auto\"}"));
    assertThat(choice(Tools.Mode.NONE, null, false)).isEqualTo(json("{\"type\":\"none\"}"));
    assertThat(choice(Tools.Mode.REQUIRED, null, true)).isEqualTo(json("{\"type\":\"any\"}"));
    assertThat(choice(Tools.Mode.NAMED, "f", false))
        .isEqualTo(json("{\"type\":\"tool\",\"name\":\"f\",\"disable_parallel_tool_use\":true}"));
    Tools onlyOne = new Tools(List.of(new Tools.Tool("f", null, null)), null, false);
    assertThat(body(Parameters.NONE, onlyOne, null, HELLO).get("tool_choice"))
        .isEqualTo(json("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}"));
  }

  @Test
  void responseFormat_isASchemaOrNothing() throws Exception {
    ResponseFormat schema =
        new ResponseFormat(
            ResponseFormat.Kind.JSON_SCHEMA, "answer", "{\"type\":\"object\"}", true);

    assertThat(body(Parameters.NONE, null, schema, HELLO).get("output_config"))
        .isEqualTo(
            json("{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}"));
    assertThat(body(Parameters.NONE, null, ResponseFormat.JSON, HELLO))
        .isEqualTo(body(Parameters.NONE, null, ResponseFormat.TEXT, HELLO))
        .isEqualTo(body(Parameters.NONE, null, null, HELLO));
  }

  @Test
  void reasoningEffort_isABudgetBesideTheAnswerAndAnEffortForNewerModels() throws Exception {
    assertThat(thinking("claude-sonnet-4-20250514", ReasoningEffort.LOW, null))
        .isEqualTo(
            json(
                """
                {"model": "claude-sonnet-4-20250514", "max_tokens": 8192, "stream": true,
                 "thinking": {"type": "enabled", "budget_tokens": 4096}}
                """));
    assertThat(thinking("claude-opus-4-7", ReasoningEffort.MEDIUM, null))
        .isEqualTo(
            json(
                """
                {"model": "claude-opus-4-7", "max_tokens": 12288, "stream": true,
                 "thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "medium"}}
                """));
    assertThat(thinking("claude-3-7-sonnet-latest", ReasoningEffort.NONE, 10).get("thinking"))
        .isEqualTo(json("{\"type\": \"disabled\"}"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void reasoningEffort_thinksWithinTheLimitOrNotAtAll() throws Exception {
    assertThat(thinking("kimi", ReasoningEffort.HIGH, 6000).get("thinking"))
        .isEqualTo(json("{\"type\": \"enabled\", \"budget_tokens\": 3000}"));
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
    assertThat(thinking("kimi", ReasoningEffort.LOW, 2047).get("max_tokens").asInt())
        .isEqualTo(2047);
    assertThat(warnings).containsExactly("unsupported parameters.reasoningEffort");
    assertThat(thinking("claude-3-5-haiku-20241022", ReasoningEffort.LOW, null).has("thinking"))
        .isFalse();
    assertThat(warnings).containsExactly("unsupported parameters.reasoningEffort");
    assertThat(thinking("claude-3-5-haiku-20241022", ReasoningEffort.NONE, null).has("thinking"))
        .isFalse();
    assertThat(warnings).isEmpty();
    for (String model : List.of("claude-fable-5", "claude-opus-5-5-20261021")) {
      assertThat(thinking(model, ReasoningEffort.NONE, null).has("thinking")).isFalse();
      assertThat(warnings).containsExactly("unsupported parameters.reasoningEffort");
    }
    assertThat(thinking("claude-opus-5", ReasoningEffort.NONE, null).has("thinking")).isTrue();
    assertThat(warnings).isEmpty();
    assertThat(thinking("claude-sonnet-4-6", ReasoningEffort.MINIMAL, 10).get("output_config"))
        .isEqualTo(json("{\"effort\": \"low\"}"));
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
  }

  @Test
  void reasoningEffort_leavesOutWhatDoesNotGoWithIt() throws Exception {
    Parameters all = new Parameters(0.5, 0.9, null, null, null, ReasoningEffort.LOW);
    Tools forced =
        new Tools(
            List.of(new Tools.Tool("f", null, null)),
            new Tools.Choice(Tools.Mode.REQUIRED, null),
            null);
    Utterance called = says(Role.ASSISTANT, new Part.ToolCall(0, "a", "f", "{}"));
    Utterance result =
        says(Role.TOOL, new Part.ToolResult("a", List.of(new Part.Text("1")), false));

    JsonNode thinks = body("claude-sonnet-4-0", all, null, null, null, HELLO);
    assertThat(thinks.has("temperature")).isFalse();
    assertThat(thinks.has("top_p")).isFalse();
    assertThat(warnings)
        .containsExactly("unsupported parameters.temperature", "unsupported parameters.topP");

    JsonNode calls = body("claude-opus-4-6", all, forced, null, null, HELLO);
    assertThat(calls.has("thinking")).isFalse();
    assertThat(calls.get("temperature").asDouble()).isEqualTo(0.5);
    assertThat(warnings).containsExactly("unsupported parameters.reasoningEffort");

    assertThat(
            body("claude-sonnet-4-5", all, null, null, null, HELLO, called, result).has("thinking"))
        .isFalse();
    assertThat(
            body("claude-sonnet-4-6", all, null, null, null, HELLO, called, result).has("thinking"))
        .isTrue();
  }

  @Test
  void metadata_hasAPlaceForTheUserOnly() throws Exception {
    JsonNode both =
        body("m", Parameters.NONE, null, null, Map.of("user_id", "u7", "order", "1"), HELLO);
    assertThat(both.get("metadata")).isEqualTo(json("{\"user_id\": \"u7\"}"));
    assertThat(warnings).containsExactly("adjusted metadata");

    body("m", Parameters.NONE, null, null, Map.of("user_id", "u7"), HELLO);
    assertThat(warnings).isEmpty();

    assertThat(body("m", Parameters.NONE, null, null, Map.of("order", "1"), HELLO).has("metadata"))
        .isFalse();
    assertThat(warnings).containsExactly("unsupported metadata");
  }

  @Test
  void warnings_nameWhatIsLeftOut() throws Exception {
    Parameters seed = new Parameters(null, null, null, null, 7L, null);

    body("m", seed, null, ResponseFormat.JSON, null, HELLO);

    assertThat(warnings)
        .containsExactly("unsupported parameters.seed", "unsupported responseFormat");
  }

  private JsonNode thinking(String model, ReasoningEffort effort, @Nullable Integer most)
      throws Exception {
    Parameters parameters = new Parameters(null, null, most, null, null, effort);
    return ((ObjectNode) body(model, parameters, null, null, null, HELLO)).without("messages");
  }

  private static JsonNode choice(Tools.Mode mode, @Nullable String name, @Nullable Boolean parallel)
      throws Exception {
    Tools tools =
        new Tools(List.of(new Tools.Tool("f", null, null)), new Tools.Choice(mode, name), parallel);
    return body(Parameters.NONE, tools, null, HELLO).get("tool_choice");
  }

  private static JsonNode messages(Utterance... messages) throws ProviderException {
    return body(Parameters.NONE, null, null, messages).get("messages");
  }

  private static JsonNode body(
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat format,
      Utterance... messages)
      throws ProviderException {
    byte[] body =
        AnthropicRequest.json(
            new ProviderRequest("m", List.of(messages), parameters, tools, format, 0, 1),
            new CollectingSink());
    return json(new String(body, StandardCharsets.UTF_8));
  }

  private JsonNode body(
      String model,
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat format,
      @Nullable Map<String, String> metadata,
      Utterance... messages)
      throws ProviderException {
    CollectingSink sink = new CollectingSink();
    byte[] body =
        AnthropicRequest.json(
            new ProviderRequest(
                model,
                Prompt.of(List.of(messages), List.of()),
                parameters,
                tools,
                format,
                metadata,
                0,
                1),
            sink);
    warnings = sink.warnings();
    return json(new String(body, StandardCharsets.UTF_8));
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  private static Utterance says(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }
}
