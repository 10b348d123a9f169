package io.streamrelay.worker.provider.gemini;

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

/** Bodies as a server reads them. */
final class GeminiRequestTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Utterance HELLO = says(Role.USER, new Part.Text("Hello"));

  /** Of the last body. */
  private List<String> warnings = List.of();

  @Test
  void request_hasWhatIsSetOnly() throws Exception {
    assertThat(body(Parameters.NONE, null, null, HELLO))
        .isEqualTo(
            json(
                """
                {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
                 "generationConfig": {}}
                """));
  }

  @Test
  void parameters_areSent() throws Exception {
    Parameters parameters = new Parameters(0.5, 0.9, 100, List.of("END"), 7L, null);

    assertThat(body(parameters, null, null, HELLO).get("generationConfig"))
        .isEqualTo(
            json(
                """
                {"temperature": 0.5, "topP": 0.9, "maxOutputTokens": 100,
                 "stopSequences": ["END"], "seed": 7}
                """));
  }

  @Test
  void contents_systemIsApartAndReasoningStaysHere() throws Exception {
    JsonNode body =
        body(
            Parameters.NONE,
            null,
            null,
            says(Role.SYSTEM, new Part.Text("Be brief.")),
            HELLO,
            says(Role.ASSISTANT, new Part.Reasoning("Hm."), new Part.Text("First.")),
            says(Role.ASSISTANT, new Part.Reasoning("Hm."), new Part.Text("")),
            says(Role.USER, new Part.Text("Two?")));

    assertThat(body.get("systemInstruction"))
        .isEqualTo(json("{\"parts\":[{\"text\":\"Be brief.\"}]}"));
    assertThat(body.get("contents"))
        .isEqualTo(
            json(
                """
                [{"role": "user", "parts": [{"text": "Hello"}]},
                 {"role": "model", "parts": [{"text": "First."}]},
                 {"role": "user", "parts": [{"text": "Two?"}]}]
                """));
  }

  @Test
  void contents_aSystemPromptThatSaysNothingIsNone() throws Exception {
    JsonNode body =
        body(Parameters.NONE, null, null, says(Role.SYSTEM, new Part.Text(" \n")), HELLO);

    assertThat(body.has("systemInstruction")).isFalse();
  }

  @Test
  void contents_haveImagesAndFiles() throws Exception {
    assertThat(
            contents(
                says(
                    Role.USER,
                    new Part.Image(null, "image/png", "iVBORw=="),
                    new Part.File("a.mp3", null, "audio/mpeg", "BBBB"),
                    new Part.File(null, "https://a.example/e.pdf", "application/pdf", null),
                    new Part.Image("https://a.example/b", null, null))))
        .isEqualTo(
            json(
                """
                [{"role": "user", "parts": [
                  {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}},
                  {"inlineData": {"mimeType": "audio/mpeg", "data": "BBBB"}},
                  {"fileData": {"mimeType": "application/pdf",
                                "fileUri": "https://a.example/e.pdf"}},
                  {"fileData": {"fileUri": "https://a.example/b"}}]}]
                """));
  }

  @Test
  void contents_haveFunctionCallsAndTheirResponses() throws Exception {
    assertThat(
            contents(
                HELLO,
                says(
                    Role.ASSISTANT,
                    new Part.ToolCall(0, "a", "f", "{\"x\": 1}"),
                    new Part.ToolCall(1, null, "g", "not json")),
                says(
                    Role.TOOL,
                    new Part.ToolResult("a", List.of(new Part.Text("one")), false),
                    new Part.ToolResult("call_1", List.of(new Part.Text("broken")), true))))
        .isEqualTo(
            json(
                """
                [{"role": "user", "parts": [{"text": "Hello"}]},
                 {"role": "model", "parts": [
                   {"functionCall": {"id": "a", "name": "f", "args": {"x": 1}},
                    "thoughtSignature": "skip_thought_signature_validator"},
                   {"functionCall": {"id": "call_1", "name": "g",
                                     "args": {"arguments": "not json"}}}]},
                 {"role": "user", "parts": [
                   {"functionResponse": {"id": "a", "name": "f", "response": {"output": "one"}}},
                   {"functionResponse": {"id": "call_1", "name": "g",
                                         "response": {"error": "broken"}}}]}]
                """));
  }

  @Test
  void contents_ofAnOlderModelHaveNoSignature() throws Exception {
    Utterance call = says(Role.ASSISTANT, new Part.ToolCall(0, "a", "f", "{}"));
    ProviderRequest request =
        new ProviderRequest("gemini-2.5-pro", List.of(call), Parameters.NONE, null, null, 0, 1);

    assertThat(
            new String(GeminiRequest.json(request, new CollectingSink()), StandardCharsets.UTF_8))
        .contains("functionCall")
        .doesNotContain("thoughtSignature");
  }

  @Test
  void contents_whatHasNoPlaceEndsTheRequest() {
    Part image = new Part.Image(null, "image/png", "AA==");
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () -> contents(says(Role.TOOL, new Part.ToolResult("a", List.of(image), false))));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(failure).hasMessage("a provider of type gemini takes only text in a tool result");
  }

  @Test
  void tools_areDeclaredAndChosen() throws Exception {
    Tools tools =
        new Tools(
            List.of(
                new Tools.Tool("f", "does f", "{\"type\":\"object\",\"$defs\":{}}"),
                new Tools.Tool("g", null, null)),
            null,
            false);

    JsonNode body = body(Parameters.NONE, tools, null, HELLO);

    assertThat(body.get("tools"))
        .isEqualTo(
            json(
                """
                [{"functionDeclarations": [
                  {"name": "f", "description": "does f",
                   "parametersJsonSchema": {"type": "object", "$defs": {}}},
                  {"name": "g"}]}]
                """));
    assertThat(body.has("toolConfig")).isFalse();
    assertThat(choice(Tools.Mode.AUTO, null)).isEqualTo(json("{\"mode\":\"AUTO\"}"));
    assertThat(choice(Tools.Mode.NONE, null)).isEqualTo(json("{\"mode\":\"NONE\"}"));
    assertThat(choice(Tools.Mode.REQUIRED, null)).isEqualTo(json("{\"mode\":\"ANY\"}"));
    assertThat(choice(Tools.Mode.NAMED, "f"))
        .isEqualTo(json("{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\"]}"));
  }

  @Test
  void responseFormat_isJsonWithOrWithoutASchema() throws Exception {
    ResponseFormat schema =
        new ResponseFormat(
            ResponseFormat.Kind.JSON_SCHEMA, "answer", "{\"type\":\"object\"}", null);

    assertThat(config(ResponseFormat.TEXT)).isEqualTo(json("{}"));
    assertThat(config(ResponseFormat.JSON))
        .isEqualTo(json("{\"responseMimeType\":\"application/json\"}"));
    assertThat(config(schema))
        .isEqualTo(
            json(
                "{\"responseMimeType\":\"application/json\","
                    + "\"responseJsonSchema\":{\"type\":\"object\"}}"));
  }

  private static JsonNode config(ResponseFormat format) throws ProviderException {
    return body(Parameters.NONE, null, format, HELLO).get("generationConfig");
  }

  private static JsonNode choice(Tools.Mode mode, @Nullable String name) throws ProviderException {
    Tools tools =
        new Tools(List.of(new Tools.Tool("f", null, null)), new Tools.Choice(mode, name), null);
    return body(Parameters.NONE, tools, null, HELLO).get("toolConfig").get("functionCallingConfig");
  }

  @Test
  void thinkingConfig_isABudgetAndALevelForNewerModels() throws Exception {
    assertThat(thinking("gemini-2.5-flash", ReasoningEffort.LOW))
        .isEqualTo(json("{\"thinkingBudget\": 4096, \"includeThoughts\": true}"));
    assertThat(thinking("gemini-2.5-flash", ReasoningEffort.NONE))
        .isEqualTo(json("{\"thinkingBudget\": 0}"));
    assertThat(thinking("gemini-3.1-pro-preview", ReasoningEffort.MEDIUM))
        .isEqualTo(json("{\"thinkingLevel\": \"medium\", \"includeThoughts\": true}"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void thinkingConfig_isWhatTheModelCanDo() throws Exception {
    assertThat(thinking("gemini-2.5-pro", ReasoningEffort.NONE))
        .isEqualTo(json("{\"thinkingBudget\": 128}"));
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
    assertThat(thinking("gemini-3-flash-preview", ReasoningEffort.NONE))
        .isEqualTo(json("{\"thinkingLevel\": \"low\"}"));
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
    assertThat(thinking("gemini-3-pro-preview", ReasoningEffort.MEDIUM).get("thinkingLevel"))
        .isEqualTo(json("\"high\""));
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
    assertThat(thinking("gemini-2.0-flash", ReasoningEffort.HIGH)).isNull();
    assertThat(warnings).containsExactly("unsupported parameters.reasoningEffort");
    assertThat(thinking("gemini-2.0-flash", ReasoningEffort.NONE)).isNull();
    assertThat(warnings).isEmpty();
  }

  private @Nullable JsonNode thinking(String model, ReasoningEffort effort)
      throws ProviderException {
    Parameters parameters = new Parameters(null, null, null, null, null, effort);
    return told(new ProviderRequest(model, List.of(HELLO), parameters, 0, 1))
        .get("generationConfig")
        .get("thinkingConfig");
  }

  @Test
  void warnings_nameWhatIsLeftOut() throws Exception {
    Tools one = new Tools(List.of(new Tools.Tool("f", null, null)), null, false);

    told(
        new ProviderRequest(
            "m",
            Prompt.of(List.of(HELLO), List.of()),
            Parameters.NONE,
            one,
            null,
            Map.of("order", "1"),
            0,
            1));

    assertThat(warnings).containsExactly("unsupported parallelToolCalls", "unsupported metadata");
  }

  private JsonNode told(ProviderRequest request) throws ProviderException {
    CollectingSink sink = new CollectingSink();
    byte[] body = GeminiRequest.json(request, sink);
    warnings = sink.warnings();
    return json(new String(body, StandardCharsets.UTF_8));
  }

  private static JsonNode contents(Utterance... messages) throws ProviderException {
    return body(Parameters.NONE, null, null, messages).get("contents");
  }

  private static JsonNode body(
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat format,
      Utterance... messages)
      throws ProviderException {
    byte[] body =
        GeminiRequest.json(
            new ProviderRequest("m", List.of(messages), parameters, tools, format, 0, 1),
            new CollectingSink());
    return json(new String(body, StandardCharsets.UTF_8));
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  private static Utterance says(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }
}
