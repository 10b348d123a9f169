package io.streamrelay.worker.provider.ollama;

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

final class OllamaRequestTest {
  private static final Tools.Tool LOOK =
      new Tools.Tool("look", "looks", "{\"z\":1,\"a\":{\"é\":[]}}");

  /** Of the last body. */
  private List<String> warnings = List.of();

  private static String body(ProviderRequest request) throws ProviderException {
    return new String(OllamaRequest.json(request, new CollectingSink()), StandardCharsets.UTF_8);
  }

  private static ProviderRequest request(
      @Nullable Tools tools, @Nullable ResponseFormat format, Utterance... messages) {
    return new ProviderRequest("m", List.of(messages), Parameters.NONE, tools, format, 0, 1);
  }

  private static String messages(Utterance... messages) throws ProviderException {
    String body = body(request(null, null, messages));
    String start = "{\"model\":\"m\",\"messages\":";
    String end = ",\"stream\":true,\"options\":{}}";
    assertThat(body).startsWith(start).endsWith(end);
    return body.substring(start.length(), body.length() - end.length());
  }

  private static Utterance says(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }

  @Test
  void messages_haveImagesAsData() throws Exception {
    assertThat(
            messages(
                says(Role.SYSTEM, new Part.Text("Be short.")),
                says(
                    Role.USER,
                    new Part.Text("Look:"),
                    new Part.Image(null, "image/png", "iVBORw=="),
                    new Part.File("c.gif", null, "image/gif", "R0lG"))))
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"Be short.\"},"
                + "{\"role\":\"user\",\"content\":\"Look:\",\"images\":[\"iVBORw==\",\"R0lG\"]}]");
  }

  @Test
  void messages_haveCallsAndTheirResults() throws Exception {
    assertThat(
            messages(
                says(
                    Role.ASSISTANT,
                    new Part.Reasoning("Hm."),
                    new Part.ToolCall(0, "a", "look", "{\"z\": 1}"),
                    new Part.ToolCall(1, null, "wait", "")),
                says(
                    Role.TOOL,
                    new Part.ToolResult("call_1", List.of(new Part.Text("late")), true),
                    new Part.ToolResult("a", List.of(new Part.Text("Rain")), false)),
                says(Role.ASSISTANT, new Part.Reasoning("Only thought."))))
        .isEqualTo(
            "[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
                + "{\"id\":\"a\",\"function\":{\"name\":\"look\",\"arguments\":{\"z\": 1}}},"
                + "{\"id\":\"call_1\",\"function\":{\"name\":\"wait\",\"arguments\":{}}}]},"
                + "{\"role\":\"tool\",\"content\":\"Error: late\",\"tool_name\":\"wait\","
                + "\"tool_call_id\":\"call_1\"},"
                + "{\"role\":\"tool\",\"content\":\"Rain\",\"tool_name\":\"look\","
                + "\"tool_call_id\":\"a\"}]");
  }

  @Test
  void messages_refuseWhatTheFormatHasNoPlaceFor() {
    Part url = new Part.Image("https://a.example/b.png", null, null);
    assertRejected("takes images only as data, not by url", says(Role.USER, url));
    assertRejected(
        "takes no files but images",
        says(Role.USER, new Part.File("b", null, "application/pdf", "AAAA")));
    assertRejected(
        "takes only text in a tool result",
        says(Role.TOOL, new Part.ToolResult("a", List.of(url), false)));
  }

  private static void assertRejected(String why, Utterance message) {
    assertRejected(why, request(null, null, message));
  }

  private static void assertRejected(String why, ProviderRequest request) {
    ProviderException refusal = catchThrowableOfType(ProviderException.class, () -> body(request));
    assertThat(refusal.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(refusal).hasMessage("a provider of type ollama " + why);
  }

  @Test
  void options_haveTheParameters() throws Exception {
    Parameters all = new Parameters(0.5, 0.9, 7, List.of("x"), 3L, null);

    assertThat(body(new ProviderRequest("m", List.of(), all, 0, 1)))
        .endsWith(
            ",\"options\":{\"temperature\":0.5,\"top_p\":0.9,\"num_predict\":7,\"stop\":[\"x\"],"
                + "\"seed\":3}}");
  }

  @Test
  void tools_areOfferedUnlessTheyMayNotBeCalled() throws Exception {
    String offered =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\","
            + "\"description\":\"looks\",\"parameters\":{\"z\":1,\"a\":{\"é\":[]}}}}]}";

    assertThat(body(request(tools(null, null), null))).endsWith(offered);
    assertThat(body(request(tools(Tools.Mode.AUTO, false), null))).endsWith(offered);
    assertThat(body(request(tools(Tools.Mode.NONE, false), null))).endsWith("\"options\":{}}");
    assertRejected("can't be made to call a tool", request(tools(Tools.Mode.REQUIRED, null), null));
  }

  private static Tools tools(Tools.@Nullable Mode mode, @Nullable Boolean parallel) {
    return new Tools(List.of(LOOK), mode == null ? null : new Tools.Choice(mode, null), parallel);
  }

  @Test
  void format_isWritten() throws Exception {
    ResponseFormat schema =
        new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "n", "{\"b\":1,\"a\":2}", true);

    assertThat(body(request(null, ResponseFormat.TEXT))).endsWith("\"options\":{}}");
    assertThat(body(request(null, ResponseFormat.JSON))).endsWith(",\"format\":\"json\"}");
    assertThat(body(request(null, schema))).endsWith(",\"format\":{\"b\":1,\"a\":2}}");
  }

  @Test
  void think_isALevelOnlyWhereThereAreLevels() throws Exception {
    assertThat(effort("gpt-oss:20b", ReasoningEffort.MEDIUM)).endsWith(",\"think\":\"medium\"}");
    assertThat(warnings).isEmpty();
    assertThat(effort("gpt-oss:20b", ReasoningEffort.NONE)).endsWith(",\"think\":\"low\"}");
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
    assertThat(effort("qwen3", ReasoningEffort.NONE)).endsWith(",\"think\":false}");
    assertThat(warnings).isEmpty();
    assertThat(effort("qwen3", ReasoningEffort.MINIMAL)).endsWith(",\"think\":true}");
    assertThat(effort("qwen3", ReasoningEffort.HIGH)).endsWith(",\"think\":true}");
    assertThat(warnings).containsExactly("adjusted parameters.reasoningEffort");
  }

  private String effort(String model, ReasoningEffort effort) throws ProviderException {
    Parameters parameters = new Parameters(null, null, null, null, null, effort);
    return told(new ProviderRequest(model, List.of(), parameters, 0, 1));
  }

  @Test
  void warnings_nameWhatIsLeftOut() throws Exception {
    told(
        new ProviderRequest(
            "m",
            Prompt.of(List.of(), List.of()),
            Parameters.NONE,
            tools(Tools.Mode.AUTO, false),
            null,
            Map.of("order", "1"),
            0,
            1));

    assertThat(warnings)
        .containsExactlyInAnyOrder("unsupported parallelToolCalls", "unsupported metadata");
  }

  private String told(ProviderRequest request) throws ProviderException {
    CollectingSink sink = new CollectingSink();
    byte[] body = OllamaRequest.json(request, sink);
    warnings = sink.warnings();
    return new String(body, StandardCharsets.UTF_8);
  }
}
