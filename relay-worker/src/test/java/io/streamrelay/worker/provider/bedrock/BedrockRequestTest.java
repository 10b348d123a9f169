package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.Answer;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BedrockRequestTest {
  private static final Utterance CALLS =
      says(Role.ASSISTANT, new Part.ToolCall(0, "a", "look", "{\"z\": 1}"));

  /** Of the last body. */
  private List<String> warnings = List.of();

  private static String body(ProviderRequest request) throws ProviderException {
    return new String(BedrockRequest.json(request, new CollectingSink()), StandardCharsets.UTF_8);
  }

  private static ProviderRequest request(
      @Nullable Tools tools, @Nullable ResponseFormat format, Utterance... messages) {
    return new ProviderRequest("m", List.of(messages), Parameters.NONE, tools, format, 0, 1);
  }

  private static String prompt(Utterance... messages) throws ProviderException {
    String body = body(request(null, null, messages));
    return body.substring(0, body.indexOf(",\"inferenceConfig\":{}"));
  }

  private static Utterance says(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }

  @Test
  void messages_takeTurnsAndHaveNoBlankText() throws Exception {
    assertThat(
            prompt(
                says(Role.SYSTEM, new Part.Text("Be short.")),
                says(Role.USER, new Part.Text("One")),
                says(Role.USER, new Part.Text(" \n"), new Part.Text("Two")),
                says(Role.ASSISTANT, new Part.Reasoning("Hm."), new Part.Text("")),
                says(Role.USER, new Part.Text("Three")),
                says(Role.ASSISTANT, new Part.Text("Yes")),
                says(Role.USER, new Part.Text("Four"))))
        .isEqualTo(
            "{\"system\":[{\"text\":\"Be short.\"}],\"messages\":["
                + "{\"role\":\"user\",\"content\":[{\"text\":\"One\"},{\"text\":\"Two\"},"
                + "{\"text\":\"Three\"}]},"
                + "{\"role\":\"assistant\",\"content\":[{\"text\":\"Yes\"}]},"
                + "{\"role\":\"user\",\"content\":[{\"text\":\"Four\"}]}]");
  }

  @Test
  void messages_haveImagesAndDocuments() throws Exception {
    assertThat(
            prompt(
                says(
                    Role.USER,
                    new Part.Image(null, "image/jpeg", "/9j/"),
                    new Part.File("c.gif", null, "image/gif", "R0lG"),
                    new Part.File("b_1.pdf", null, "application/pdf", "AAAA"),
                    new Part.File("b.1.pdf", null, "text/plain", "BBBB"),
                    new Part.File(null, null, "text/markdown", "CCCC"))))
        .isEqualTo(
            "{\"system\":[],\"messages\":[{\"role\":\"user\",\"content\":["
                + "{\"image\":{\"format\":\"jpeg\",\"source\":{\"bytes\":\"/9j/\"}}},"
                + "{\"image\":{\"format\":\"gif\",\"source\":{\"bytes\":\"R0lG\"}}},"
                + "{\"document\":{\"format\":\"pdf\",\"name\":\"b 1 pdf\","
                + "\"source\":{\"bytes\":\"AAAA\"}}},"
                + "{\"document\":{\"format\":\"txt\",\"name\":\"b 1 pdf (2)\","
                + "\"source\":{\"bytes\":\"BBBB\"}}},"
                + "{\"document\":{\"format\":\"md\",\"name\":\"document\","
                + "\"source\":{\"bytes\":\"CCCC\"}}}]}]");
  }

  @Test
  void messages_haveDocumentNamesOfBoundedLengthAndNoneTwice() throws Exception {
    Part file = new Part.File("x".repeat(255), null, "text/plain", "AAAA");

    assertThat(prompt(says(Role.USER, file, file)))
        .contains("\"name\":\"" + "x".repeat(200) + "\"")
        .contains("\"name\":\"" + "x".repeat(196) + " (2)\"");
  }

  @Test
  void messages_haveCallsAndTheirResults() throws Exception {
    assertThat(
            prompt(
                says(
                    Role.ASSISTANT,
                    new Part.Text("Let me look."),
                    new Part.ToolCall(0, "a", "look", "{\"z\": 1}"),
                    new Part.ToolCall(1, null, "wait", "")),
                says(
                    Role.TOOL,
                    new Part.ToolResult("call_1", List.of(new Part.Text("late")), true),
                    new Part.ToolResult(
                        "a",
                        List.of(
                            new Part.Text("Rain"), new Part.Image(null, "image/png", "iVBORw==")),
                        false)),
                says(Role.USER, new Part.Text("In short."))))
        .isEqualTo(
            "{\"system\":[],\"messages\":[{\"role\":\"assistant\",\"content\":["
                + "{\"text\":\"Let me look.\"},"
                + "{\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"look\",\"input\":{\"z\": 1}}},"
                + "{\"toolUse\":{\"toolUseId\":\"call_1\",\"name\":\"wait\",\"input\":{}}}]},"
                + "{\"role\":\"user\",\"content\":["
                + "{\"toolResult\":{\"toolUseId\":\"call_1\",\"content\":[{\"text\":\"late\"}],"
                + "\"status\":\"error\"}},"
                + "{\"toolResult\":{\"toolUseId\":\"a\",\"content\":[{\"text\":\"Rain\"},"
                + "{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"iVBORw==\"}}}]}},"
                + "{\"text\":\"In short.\"}]}]");
  }

  @Test
  void messages_nameOtherProvidersCallsAsTheFormatTakesThem() throws Exception {
    String tooLong = "c".repeat(65);
    List<Part> calls =
        List.of(
            new Part.ToolCall(0, "functions.look:0", "look", "{}"),
            new Part.ToolCall(1, tooLong, "look", "{}"));
    List<Part> results =
        List.of(
            new Part.ToolResult("functions.look:0", List.of(new Part.Text("Rain")), false),
            new Part.ToolResult(tooLong, List.of(new Part.Text("Sun")), false));

    String prompt = prompt(new Utterance(Role.ASSISTANT, calls), new Utterance(Role.TOOL, results));

    assertThat(Pattern.compile("\"toolUseId\":\"([^\"]*)\"").matcher(prompt).results())
        .extracting(id -> id.group(1))
        .containsExactly(
            "functions_look_0", Answer.sha256(tooLong), "functions_look_0", Answer.sha256(tooLong))
        .allSatisfy(id -> assertThat(id).hasSizeLessThanOrEqualTo(64));
  }

  @Test
  void messages_refuseWhatTheFormatHasNoPlaceFor() {
    assertRejected(
        "takes images and files only as data, not by url",
        request(
            null, null, says(Role.USER, new Part.Image("https://a.example/b.png", null, null))));
    assertRejected(
        "has no format for that media type",
        request(null, null, says(Role.USER, new Part.File(null, null, "audio/ogg", "AAAA"))));
    assertRejected(
        "has no format for that media type",
        request(null, null, says(Role.USER, new Part.Image(null, "image/tiff", "AAAA"))));
  }

  private static void assertRejected(String why, ProviderRequest request) {
    ProviderException refusal = catchThrowableOfType(ProviderException.class, () -> body(request));
    assertThat(refusal.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(refusal).hasMessage("a provider of type bedrock-converse " + why);
  }

  @Test
  void inferenceConfig_hasTheParameters() throws Exception {
    Parameters all = new Parameters(0.5, 0.9, 7, List.of("x"), 3L, null);

    assertThat(body(new ProviderRequest("m", List.of(), all, 0, 1)))
        .endsWith(
            ",\"inferenceConfig\":{\"maxTokens\":7,\"temperature\":0.5,\"topP\":0.9,"
                + "\"stopSequences\":[\"x\"]}}");
  }

  @Test
  void toolConfig_keepsTheOrderOfSchemas() throws Exception {
    Tools tools =
        new Tools(
            List.of(
                new Tools.Tool("look", "looks", "{\"z\":1,\"a\":{\"é\":[]}}"),
                new Tools.Tool("wait", " ", null)),
            null,
            null);

    assertThat(body(request(tools, null)))
        .endsWith(
            ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"look\","
                + "\"description\":\"looks\","
                + "\"inputSchema\":{\"json\":{\"z\":1,\"a\":{\"é\":[]}}}}},"
                + "{\"toolSpec\":{\"name\":\"wait\","
                + "\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}]}}");
  }

  @Test
  void toolConfig_isChosenAsAsked() throws Exception {
    assertThat(choice(Tools.Mode.AUTO, null)).endsWith(",\"toolChoice\":{\"auto\":{}}}}");
    assertThat(choice(Tools.Mode.REQUIRED, null)).endsWith(",\"toolChoice\":{\"any\":{}}}}");
    assertThat(choice(Tools.Mode.NAMED, "f"))
        .endsWith(",\"toolChoice\":{\"tool\":{\"name\":\"f\"}}}}");
    assertThat(choice(Tools.Mode.NONE, null)).endsWith(",\"inferenceConfig\":{}}");
  }

  private static String choice(Tools.Mode mode, @Nullable String name) throws ProviderException {
    return body(request(offering(new Tools.Choice(mode, name)), null));
  }

  private static Tools offering(Tools.Choice choice) {
    return new Tools(List.of(new Tools.Tool("f", null, null)), choice, false);
  }

  @Test
  void toolConfig_isThereWhereCallsAre() throws Exception {
    String called =
        ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"look\","
            + "\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}]}}";
    Tools none = offering(new Tools.Choice(Tools.Mode.NONE, null));

    assertThat(body(request(null, null, CALLS, CALLS))).endsWith(called);
    assertThat(body(request(none, null, CALLS)))
        .contains("\"name\":\"f\"")
        .doesNotContain("Choice");
  }

  @Test
  void outputConfig_hasTheSchemaAsText() throws Exception {
    ResponseFormat schema =
        new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "n", "{\"b\":1,\"a\":2}", null);

    assertThat(body(request(null, schema)))
        .endsWith(
            ",\"outputConfig\":{\"textFormat\":{\"type\":\"json_schema\",\"structure\":"
                + "{\"jsonSchema\":{\"name\":\"n\",\"schema\":\"{\\\"b\\\":1,\\\"a\\\":2}\"}}}}}");
    assertThat(body(request(null, ResponseFormat.TEXT))).endsWith(",\"inferenceConfig\":{}}");
    assertThat(body(request(null, ResponseFormat.JSON))).endsWith(",\"inferenceConfig\":{}}");
  }

  @Test
  void reasoningEffort_isForAnthropicsModels() throws Exception {
    String claude = "eu.anthropic.claude-sonnet-4-20250514-v1:0";

    assertThat(effort(claude, ReasoningEffort.HIGH, null))
        .endsWith(
            ",\"inferenceConfig\":{\"maxTokens\":28672},\"additionalModelRequestFields\":"
                + "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":24576}}}");
    assertThat(effort("us.anthropic.claude-opus-4-6-v1", ReasoningEffort.LOW, 0.5))
        .endsWith(
            ",\"inferenceConfig\":{\"maxTokens\":8192},\"additionalModelRequestFields\":"
                + "{\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_config\":{\"effort\":\"low\"}}}");
    assertThat(warnings).containsExactly("unsupported parameters.temperature");
    assertThat(effort("amazon.nova-micro-v1:0", ReasoningEffort.HIGH, 0.5))
        .endsWith(",\"inferenceConfig\":{\"temperature\":0.5}}");
    assertThat(warnings).containsExactly("unsupported parameters.reasoningEffort");
  }

  private String effort(String model, ReasoningEffort effort, @Nullable Double temperature)
      throws ProviderException {
    Parameters parameters = new Parameters(temperature, null, null, null, null, effort);
    return told(new ProviderRequest(model, List.of(), parameters, 0, 1));
  }

  @Test
  void requestMetadata_hasWhatItMay() throws Exception {
    Map<String, String> some = Map.of("b", "x y:1", "a", "", "c", "é", "d", "1".repeat(257));

    assertThat(told(noted(some)))
        .endsWith(",\"inferenceConfig\":{},\"requestMetadata\":{\"a\":\"\",\"b\":\"x y:1\"}}");
    assertThat(warnings).containsExactly("adjusted metadata");
    assertThat(told(noted(Map.of("c", "é")))).endsWith(",\"inferenceConfig\":{}}");
    assertThat(warnings).containsExactly("unsupported metadata");
  }

  private static ProviderRequest noted(Map<String, String> metadata) {
    return new ProviderRequest(
        "m", Prompt.of(List.of(), List.of()), Parameters.NONE, null, null, metadata, 0, 1);
  }

  @Test
  void warnings_nameWhatIsLeftOut() throws Exception {
    Parameters seed = new Parameters(null, null, null, null, 7L, null);
    Tools none = offering(new Tools.Choice(Tools.Mode.NONE, null));

    told(
        new ProviderRequest(
            "m",
            Prompt.of(List.of(CALLS), List.of()),
            seed,
            none,
            ResponseFormat.JSON,
            null,
            0,
            1));

    assertThat(warnings)
        .containsExactly(
            "unsupported parameters.seed",
            "unsupported parallelToolCalls",
            "unsupported toolChoice",
            "unsupported responseFormat");
  }

  private String told(ProviderRequest request) throws ProviderException {
    CollectingSink sink = new CollectingSink();
    byte[] body = BedrockRequest.json(request, sink);
    warnings = sink.warnings();
    return new String(body, StandardCharsets.UTF_8);
  }
}
