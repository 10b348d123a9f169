package io.streamrelay.worker.provider.openai;

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
import io.streamrelay.worker.provider.openai.OpenAiQuirks.MaxTokensField;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bodies byte for byte. */
final class OpenAiChatRequestTest {
  private static final String STREAM =
      ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

  private static String body(ProviderRequest request) throws ProviderException {
    byte[] json = OpenAiChatRequest.json(request, OpenAiQuirks.USUAL, new CollectingSink());
    return new String(json, StandardCharsets.UTF_8);
  }

  private static ProviderRequest request(
      @Nullable Tools tools, @Nullable ResponseFormat format, Utterance... messages) {
    return new ProviderRequest("m", List.of(messages), Parameters.NONE, tools, format, 0, 1);
  }

  private static String messages(Utterance... messages) throws ProviderException {
    String body = body(request(null, null, messages));
    String start = "{\"model\":\"m\",\"messages\":";
    assertThat(body).startsWith(start).endsWith(STREAM + "}");
    return body.substring(start.length(), body.length() - STREAM.length() - 1);
  }

  private static Utterance user(Part... parts) {
    return new Utterance(Role.USER, List.of(parts));
  }

  @Test
  void messages_haveImagesByUrlAndAsData() throws Exception {
    assertThat(
            messages(
                user(
                    new Part.Text("Look:"),
                    new Part.Text(""),
                    new Part.Image("https://a.example/b.png", null, null),
                    new Part.Image(null, "image/png", "iVBORw=="),
                    new Part.File("c.gif", null, "image/gif", "R0lG"))))
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look:\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/b.png\"}},"
                + "{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"data:image/png;base64,iVBORw==\"}},"
                + "{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"data:image/gif;base64,R0lG\"}}]}]");
  }

  @Test
  void messages_haveFilesAndSound() throws Exception {
    assertThat(
            messages(
                user(
                    new Part.File("b \"1\".pdf", null, "application/pdf", "AAAA"),
                    new Part.File(null, null, "text/plain", "AAAA"),
                    new Part.File(null, null, "audio/mpeg", "BBBB"))))
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"file\",\"file\":{\"filename\":\"b \\\"1\\\".pdf\","
                + "\"file_data\":\"data:application/pdf;base64,AAAA\"}},"
                + "{\"type\":\"file\",\"file\":{\"filename\":\"file\","
                + "\"file_data\":\"data:text/plain;base64,AAAA\"}},"
                + "{\"type\":\"input_audio\",\"input_audio\":"
                + "{\"data\":\"BBBB\",\"format\":\"mp3\"}}]}]");
  }

  @Test
  void messages_haveCallsAndTheirResultsInOrder() throws Exception {
    assertThat(
            messages(
                user(new Part.Text("Weather?")),
                new Utterance(
                    Role.ASSISTANT,
                    List.of(
                        new Part.Reasoning("Hm."),
                        new Part.Text("Let me look."),
                        new Part.ToolCall(0, "a", "look", "{\"a\":1}"),
                        new Part.ToolCall(1, null, "wait", ""))),
                new Utterance(
                    Role.TOOL,
                    List.of(
                        new Part.ToolResult("call_1", List.of(new Part.Text("late")), true),
                        new Part.ToolResult(
                            "a", List.of(new Part.Text("Rain"), new Part.Text("{}")), false))),
                user(new Part.Text("In short."))))
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"Weather?\"},"
                + "{\"role\":\"assistant\",\"content\":\"Let me look.\",\"tool_calls\":["
                + "{\"id\":\"a\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"look\",\"arguments\":\"{\\\"a\\\":1}\"}},"
                + "{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"wait\",\"arguments\":\"\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"Error: late\"},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"Rain\\n{}\"},"
                + "{\"role\":\"user\",\"content\":\"In short.\"}]");
  }

  @Test
  void messages_refuseWhatTheFormatHasNoPlaceFor() {
    assertRejected(
        user(new Part.File(null, "https://a/b", null, null)),
        "takes files only as data, not by url");
    assertRejected(
        user(new Part.File(null, null, "audio/ogg", "AAAA")),
        "takes audio only as audio/wav or audio/mpeg");
    assertRejected(
        new Utterance(
            Role.TOOL,
            List.of(
                new Part.ToolResult(
                    "a", List.of(new Part.Image("https://a/b", null, null)), false))),
        "takes only text in a tool result");
  }

  private static void assertRejected(Utterance message, String why) {
    ProviderException refusal =
        catchThrowableOfType(ProviderException.class, () -> messages(message));
    assertThat(refusal.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(refusal).hasMessage("a provider of type openai-chat " + why);
  }

  @Test
  void tools_keepTheOrderOfTheirSchemas() throws Exception {
    Tools tools =
        new Tools(
            List.of(
                new Tools.Tool("look", "looks", "{\"z\":1,\"a\":{\"é\":[]}}"),
                new Tools.Tool("wait", null, null)),
            null,
            null);

    assertThat(body(request(tools, null)))
        .isEqualTo(
            "{\"model\":\"m\",\"messages\":[]"
                + STREAM
                + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\","
                + "\"description\":\"looks\",\"parameters\":{\"z\":1,\"a\":{\"é\":[]}}}},"
                + "{\"type\":\"function\",\"function\":{\"name\":\"wait\"}}]}");
  }

  @Test
  void tools_areChosenAsAsked() throws Exception {
    assertThat(choice(Tools.Mode.AUTO, null)).endsWith(",\"tool_choice\":\"auto\"}");
    assertThat(choice(Tools.Mode.NONE, null)).endsWith(",\"tool_choice\":\"none\"}");
    assertThat(choice(Tools.Mode.REQUIRED, null)).endsWith(",\"tool_choice\":\"required\"}");
    assertThat(choice(Tools.Mode.NAMED, "f"))
        .endsWith(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}");
    Tools one = new Tools(List.of(new Tools.Tool("f", null, null)), null, false);
    assertThat(body(request(one, null))).endsWith(",\"parallel_tool_calls\":false}");
  }

  private static String choice(Tools.Mode mode, @Nullable String name) throws ProviderException {
    List<Tools.Tool> one = List.of(new Tools.Tool("f", null, null));
    return body(request(new Tools(one, new Tools.Choice(mode, name), null), null));
  }

  @Test
  void responseFormat_isWritten() throws Exception {
    assertThat(body(request(null, ResponseFormat.TEXT)))
        .endsWith(",\"response_format\":{\"type\":\"text\"}}");
    assertThat(body(request(null, ResponseFormat.JSON)))
        .endsWith(",\"response_format\":{\"type\":\"json_object\"}}");
    ResponseFormat schema =
        new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "n", "{\"b\":1,\"a\":2}", true);
    assertThat(body(request(null, schema)))
        .endsWith(
            ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                + "\"strict\":true,\"schema\":{\"b\":1,\"a\":2}}}}");
  }

  @Test
  void maxTokens_isCalledAsTheServerCallsIt() throws Exception {
    Parameters limited = new Parameters(null, null, 7, null, null, null);
    ProviderRequest request = new ProviderRequest("m", List.of(), limited, 0, 1);

    byte[] newer =
        OpenAiChatRequest.json(
            request,
            OpenAiQuirks.USUAL.with(MaxTokensField.MAX_COMPLETION_TOKENS),
            new CollectingSink());

    assertThat(body(request)).endsWith(",\"max_tokens\":7}");
    assertThat(new String(newer, StandardCharsets.UTF_8)).endsWith(",\"max_completion_tokens\":7}");
    for (String url :
        List.of(
            "https://api.openai.com/v1",
            "https://EU.api.OpenAI.com/v1",
            "https://me.openai.azure.com/openai/v1")) {
      assertThat(OpenAiQuirks.of(URI.create(url)))
          .isEqualTo(OpenAiQuirks.USUAL.with(MaxTokensField.MAX_COMPLETION_TOKENS));
    }
    for (String url :
        List.of(
            "http://127.0.0.1:11434/v1",
            "https://notopenai.com/v1",
            "https://openai.com.example/v1")) {
      assertThat(OpenAiQuirks.of(URI.create(url))).isEqualTo(OpenAiQuirks.USUAL);
    }
  }

  @Test
  void reasoningEffort_isSentAndMetadataIsNot() throws Exception {
    Parameters parameters = new Parameters(null, null, null, null, null, ReasoningEffort.MINIMAL);
    CollectingSink sink = new CollectingSink();

    byte[] body =
        OpenAiChatRequest.json(
            new ProviderRequest(
                "m",
                Prompt.of(List.of(), List.of()),
                parameters,
                null,
                null,
                Map.of("order", "1"),
                0,
                1),
            OpenAiQuirks.USUAL,
            sink);

    assertThat(new String(body, StandardCharsets.UTF_8))
        .endsWith(",\"reasoning_effort\":\"minimal\"}")
        .doesNotContain("order");
    assertThat(sink.warnings()).containsExactly("unsupported metadata");
  }
}
