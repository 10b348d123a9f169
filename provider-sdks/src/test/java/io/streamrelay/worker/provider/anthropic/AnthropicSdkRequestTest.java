package io.streamrelay.worker.provider.anthropic;

import static io.streamrelay.worker.provider.Samples.BE_BRIEF;
import static io.streamrelay.worker.provider.Samples.HELLO;
import static io.streamrelay.worker.provider.Samples.PROPERTIES;
import static io.streamrelay.worker.provider.Samples.says;
import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.DocumentBlockParam;
import com.anthropic.models.messages.ImageBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Metadata;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.ThinkingConfigAdaptive;
import com.anthropic.models.messages.ThinkingConfigDisabled;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolChoiceAuto;
import com.anthropic.models.messages.ToolChoiceNone;
import com.anthropic.models.messages.ToolChoiceTool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlockParam;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.Asked;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Samples;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A request as Anthropic's SDK sends it, and as we do. */
final class AnthropicSdkRequestTest {
  private static final String ANSWER =
      """
      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  /**
   * We ask in the older version of the API: it takes a temperature, and other vendors speak it. The
   * SDK sends its key as others do, which the API takes either way.
   */
  private static final Map<String, String> VERSION =
      Map.of(
          "/headers/anthropic-version",
          "\"2023-06-01\", theirs \"2026-10-21\"",
          "/headers/x-api-key",
          "\"key\", theirs none");

  /** A seed has no place. The SDK has dropped what the newer version refuses. */
  @Test
  void parameters() throws Exception {
    Parameters all = new Parameters(0.5, 0.25, 100, List.of("END", "\n"), 7L, null);

    assertSame(
        Samples.request(all, BE_BRIEF, HELLO),
        hello()
            .system("Be brief.")
            .maxTokens(100)
            .stopSequences(List.of("END", "\n"))
            .putAdditionalBodyProperty("temperature", JsonValue.from(0.5))
            .putAdditionalBodyProperty("top_p", JsonValue.from(0.25)));
  }

  @Test
  void reasoningEffort() throws Exception {
    assertSame(
        Samples.thinking(ReasoningEffort.NONE),
        hello().thinking(ThinkingConfigDisabled.builder().build()));
    assertSame(
        Samples.thinking(ReasoningEffort.LOW),
        hello().maxTokens(4096 + 4096).enabledThinking(4096));
    assertSame(
        Samples.thinking(ReasoningEffort.HIGH).withModel("claude-opus-4-6"),
        hello()
            .model("claude-opus-4-6")
            .maxTokens(4096 + 24_576)
            .thinking(
                ThinkingConfigAdaptive.builder()
                    .display(ThinkingConfigAdaptive.Display.SUMMARIZED)
                    .build())
            .outputConfig(OutputConfig.builder().effort(OutputConfig.Effort.HIGH).build()));
  }

  @Test
  void metadata() throws Exception {
    assertSame(
        Samples.noted(Map.of("user_id", "ann")),
        hello().metadata(Metadata.builder().userId("ann").build()));
  }

  @Test
  void imagesAndFiles() throws Exception {
    assertSame(
        Samples.request(
            says(
                Role.USER,
                new Part.Text("Look:"),
                new Part.Image("https://a.example/b.png", null, null),
                new Part.Image(null, "image/png", "iVBORw=="),
                new Part.File("d.pdf", null, "application/pdf", "AAAA"),
                new Part.File(null, "https://a.example/e.pdf", null, null),
                new Part.File("f.txt", null, "text/plain", "SGkh"))),
        params()
            .addUserMessageOfContentBlockParams(
                List.of(
                    text("Look:"),
                    ContentBlockParam.ofImage(
                        ImageBlockParam.builder().urlSource("https://a.example/b.png").build()),
                    ContentBlockParam.ofImage(
                        ImageBlockParam.builder().source(image("iVBORw==")).build()),
                    ContentBlockParam.ofDocument(
                        DocumentBlockParam.builder().title("d.pdf").base64Source("AAAA").build()),
                    ContentBlockParam.ofDocument(
                        DocumentBlockParam.builder().urlSource("https://a.example/e.pdf").build()),
                    ContentBlockParam.ofDocument(
                        DocumentBlockParam.builder().title("f.txt").textSource("Hi!").build()))));
  }

  private static Base64ImageSource image(String data) {
    return Base64ImageSource.builder()
        .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
        .data(data)
        .build();
  }

  @Test
  void toolCallsAndTheirResults() throws Exception {
    assertSame(
        Samples.request(
            HELLO,
            says(
                Role.ASSISTANT,
                new Part.Text("Let me look."),
                new Part.ToolCall(0, "toolu_1", "look", "{\"a\":1}"),
                new Part.ToolCall(1, "toolu_2", "wait", "{}")),
            says(
                Role.TOOL,
                new Part.ToolResult("toolu_1", List.of(new Part.Text("Rain")), false),
                new Part.ToolResult(
                    "toolu_2", List.of(new Part.Image(null, "image/png", "AA==")), true)),
            says(Role.USER, new Part.Text("And?"))),
        hello()
            .addAssistantMessageOfContentBlockParams(
                List.of(
                    text("Let me look."),
                    call("toolu_1", "look", Map.of("a", JsonValue.from(1))),
                    call("toolu_2", "wait", Map.of())))
            .addUserMessageOfContentBlockParams(
                List.of(
                    ContentBlockParam.ofToolResult(
                        ToolResultBlockParam.builder()
                            .toolUseId("toolu_1")
                            .contentOfBlocks(
                                List.of(
                                    ToolResultBlockParam.Content.Block.ofText(
                                        TextBlockParam.builder().text("Rain").build())))
                            .build()),
                    ContentBlockParam.ofToolResult(
                        ToolResultBlockParam.builder()
                            .toolUseId("toolu_2")
                            .contentOfBlocks(
                                List.of(
                                    ToolResultBlockParam.Content.Block.ofImage(
                                        ImageBlockParam.builder().source(image("AA==")).build())))
                            .isError(true)
                            .build()),
                    text("And?"))));
  }

  private static ContentBlockParam call(String id, String name, Map<String, JsonValue> input) {
    return ContentBlockParam.ofToolUse(
        ToolUseBlockParam.builder()
            .id(id)
            .name(name)
            .input(ToolUseBlockParam.Input.builder().additionalProperties(input).build())
            .build());
  }

  @Test
  void toolsAndTheirChoice() throws Exception {
    assertSameChoice(null, null, builder -> builder);
    assertSameChoice(
        new Tools.Choice(Tools.Mode.AUTO, null),
        false,
        builder ->
            builder.toolChoice(ToolChoiceAuto.builder().disableParallelToolUse(true).build()));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.NONE, null),
        null,
        builder -> builder.toolChoice(ToolChoiceNone.builder().build()));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.REQUIRED, null),
        true,
        builder -> builder.toolChoice(ToolChoiceAny.builder().build()));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.NAMED, "look"),
        null,
        builder -> builder.toolChoice(ToolChoiceTool.builder().name("look").build()));
  }

  private static void assertSameChoice(
      Tools.@Nullable Choice choice,
      @Nullable Boolean parallel,
      UnaryOperator<MessageCreateParams.Builder> sets)
      throws Exception {
    assertSame(
        Samples.tools(choice, parallel),
        sets.apply(
            hello()
                .addTool(
                    Tool.builder()
                        .name("look")
                        .description("looks")
                        .inputSchema(
                            Tool.InputSchema.builder()
                                .putAdditionalProperty("properties", JsonValue.from(PROPERTIES))
                                .build())
                        .build())
                .addTool(
                    Tool.builder()
                        .name("wait")
                        .inputSchema(Tool.InputSchema.builder().build())
                        .build())));
  }

  /** The format has no name for the schema, and is always strict. */
  @Test
  void responseFormat() throws Exception {
    assertSame(Samples.request(ResponseFormat.TEXT), hello());
    assertSame(
        Samples.request(Samples.ANSWER),
        hello()
            .outputConfig(
                OutputConfig.builder()
                    .format(
                        JsonOutputFormat.builder()
                            .schema(
                                JsonOutputFormat.Schema.builder()
                                    .putAdditionalProperty("type", JsonValue.from("object"))
                                    .putAdditionalProperty("properties", JsonValue.from(PROPERTIES))
                                    .build())
                            .build())
                    .build()));
  }

  private static MessageCreateParams.Builder params() {
    return MessageCreateParams.builder().model("some-model").maxTokens(4096);
  }

  /** The SDK would send a text alone as such: it means the same. */
  private static MessageCreateParams.Builder hello() {
    return params().addUserMessageOfContentBlockParams(List.of(text("Hello")));
  }

  private static ContentBlockParam text(String text) {
    return ContentBlockParam.ofText(TextBlockParam.builder().text(text).build());
  }

  private static void assertSame(ProviderRequest request, MessageCreateParams.Builder params)
      throws Exception {
    try (Asked asked = new Asked(ANSWER)) {
      new AnthropicProvider(asked.url(), () -> "key", asked.http())
          .generate(request, new CollectingSink());
      AnthropicClient client =
          AnthropicOkHttpClient.builder().baseUrl(asked.url().toString()).apiKey("key").build();
      try (StreamResponse<RawMessageStreamEvent> answer =
          client.messages().createStreaming(params.build())) {
        answer.stream().forEach(event -> {});
      } finally {
        client.close();
      }

      assertThat(asked.differences()).isEqualTo(VERSION);
    }
  }
}
