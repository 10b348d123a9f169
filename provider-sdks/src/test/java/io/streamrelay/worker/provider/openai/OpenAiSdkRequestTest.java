package io.streamrelay.worker.provider.openai;

import static io.streamrelay.worker.provider.Samples.BE_BRIEF;
import static io.streamrelay.worker.provider.Samples.HELLO;
import static io.streamrelay.worker.provider.Samples.PROPERTIES;
import static io.streamrelay.worker.provider.Samples.says;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.ResponseFormatText;
import com.openai.models.chat.completions.ChatCompletionAssistantMessageParam;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPart.File.FileObject;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartInputAudio;
import com.openai.models.chat.completions.ChatCompletionContentPartInputAudio.InputAudio;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.Asked;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Samples;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.Feature;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.MaxTokensField;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request as OpenAI's SDK sends it, and as we do. */
final class OpenAiSdkRequestTest {
  private static final String ANSWER =
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

  /** As OpenAI itself is asked. */
  private static final OpenAiQuirks QUIRKS =
      OpenAiQuirks.USUAL.with(MaxTokensField.MAX_COMPLETION_TOKENS).with(Feature.METADATA, true);

  private static final Map<String, JsonValue> SCHEMA =
      Map.of("type", JsonValue.from("object"), "properties", JsonValue.from(PROPERTIES));

  @Test
  void parameters() throws Exception {
    Parameters all = new Parameters(0.5, 0.25, 100, List.of("END", "\n"), 7L, null);

    assertSame(
        Samples.request(all, BE_BRIEF, HELLO),
        params()
            .addSystemMessage("Be brief.")
            .addUserMessage("Hello")
            .temperature(0.5)
            .topP(0.25)
            .maxCompletionTokens(100)
            .stopOfStrings(List.of("END", "\n"))
            .seed(7));
  }

  @Test
  @SuppressWarnings("deprecation") // the older name is what other servers know
  void maxTokens_byItsOlderName() throws Exception {
    Parameters limited = new Parameters(null, null, 100, null, null, null);

    assertThat(
            differences(
                Samples.request(limited, HELLO),
                OpenAiQuirks.USUAL,
                params().addUserMessage("Hello").maxTokens(100)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void reasoningEffort(io.streamrelay.protocol.turn.ReasoningEffort effort) throws Exception {
    assertSame(
        Samples.thinking(effort),
        params()
            .addUserMessage("Hello")
            .reasoningEffort(ReasoningEffort.of(effort.wire()).validate()));
  }

  @Test
  void metadata() throws Exception {
    assertSame(
        Samples.noted(Map.of("ticket", "7")),
        params()
            .addUserMessage("Hello")
            .metadata(
                ChatCompletionCreateParams.Metadata.builder()
                    .putAdditionalProperty("ticket", JsonValue.from("7"))
                    .build()));
  }

  /** Data without a name is refused, so it gets one. */
  @Test
  void imagesAndFiles() throws Exception {
    ProviderRequest request =
        Samples.request(
            says(
                Role.USER,
                new Part.Text("Look:"),
                new Part.Image("https://a.example/b.png", null, null),
                new Part.Image(null, "image/png", "iVBORw=="),
                new Part.File("b.pdf", null, "application/pdf", "AAAA"),
                new Part.File(null, null, "audio/mpeg", "BBBB"),
                new Part.File(null, null, "application/pdf", "CCCC")));

    assertThat(
            differences(
                request,
                QUIRKS,
                params()
                    .addUserMessageOfArrayOfContentParts(
                        List.of(
                            ChatCompletionContentPart.ofText(
                                ChatCompletionContentPartText.builder().text("Look:").build()),
                            image("https://a.example/b.png"),
                            image("data:image/png;base64,iVBORw=="),
                            file(
                                FileObject.builder()
                                    .filename("b.pdf")
                                    .fileData("data:application/pdf;base64,AAAA")),
                            mp3("BBBB"),
                            file(
                                FileObject.builder()
                                    .fileData("data:application/pdf;base64,CCCC"))))))
        .containsExactly(
            Map.entry("/body/messages/0/content/5/file/filename", "\"file\", theirs none"));
  }

  private static ChatCompletionContentPart image(String url) {
    return ChatCompletionContentPart.ofImageUrl(
        ChatCompletionContentPartImage.builder()
            .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder().url(url).build())
            .build());
  }

  private static ChatCompletionContentPart file(FileObject.Builder file) {
    return ChatCompletionContentPart.ofFile(
        ChatCompletionContentPart.File.builder().file(file.build()).build());
  }

  private static ChatCompletionContentPart mp3(String data) {
    return ChatCompletionContentPart.ofInputAudio(
        ChatCompletionContentPartInputAudio.builder()
            .inputAudio(InputAudio.builder().data(data).format(InputAudio.Format.MP3).build())
            .build());
  }

  /** A failed tool's result says so in its text, as the format has no other place. */
  @Test
  void toolCallsAndTheirResults() throws Exception {
    assertSame(
        Samples.request(
            HELLO,
            says(
                Role.ASSISTANT,
                new Part.Text("Let me look."),
                new Part.ToolCall(0, "a", "look", "{\"a\":1}"),
                new Part.ToolCall(1, "b", "wait", "{}")),
            says(
                Role.TOOL,
                new Part.ToolResult("a", List.of(new Part.Text("Rain")), false),
                new Part.ToolResult("b", List.of(new Part.Text("late")), true)),
            says(Role.USER, new Part.Text("And?"))),
        params()
            .addUserMessage("Hello")
            .addMessage(
                ChatCompletionAssistantMessageParam.builder()
                    .content("Let me look.")
                    .addToolCall(call("a", "look", "{\"a\":1}"))
                    .addToolCall(call("b", "wait", "{}"))
                    .build())
            .addMessage(result("a", "Rain"))
            .addMessage(result("b", "Error: late"))
            .addUserMessage("And?"));
  }

  /** Some servers refuse a message without content, so it is empty. */
  @Test
  void toolCallsAlone() throws Exception {
    ProviderRequest request =
        Samples.request(
            HELLO,
            says(Role.ASSISTANT, new Part.ToolCall(0, "a", "look", "{}")),
            says(Role.TOOL, new Part.ToolResult("a", List.of(new Part.Text("Rain")), false)));

    assertThat(
            differences(
                request,
                QUIRKS,
                params()
                    .addUserMessage("Hello")
                    .addMessage(
                        ChatCompletionAssistantMessageParam.builder()
                            .addToolCall(call("a", "look", "{}"))
                            .build())
                    .addMessage(result("a", "Rain"))))
        .containsExactly(Map.entry("/body/messages/1/content", "\"\", theirs none"));
  }

  private static ChatCompletionMessageFunctionToolCall call(
      String id, String name, String arguments) {
    return ChatCompletionMessageFunctionToolCall.builder()
        .id(id)
        .function(
            ChatCompletionMessageFunctionToolCall.Function.builder()
                .name(name)
                .arguments(arguments)
                .build())
        .build();
  }

  private static ChatCompletionToolMessageParam result(String id, String text) {
    return ChatCompletionToolMessageParam.builder().toolCallId(id).content(text).build();
  }

  @Test
  void toolsAndTheirChoice() throws Exception {
    assertSameChoice(null, null, builder -> builder);
    assertSameChoice(
        new Tools.Choice(Tools.Mode.AUTO, null),
        true,
        builder ->
            builder.toolChoice(ChatCompletionToolChoiceOption.Auto.AUTO).parallelToolCalls(true));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.NONE, null),
        null,
        builder -> builder.toolChoice(ChatCompletionToolChoiceOption.Auto.NONE));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.REQUIRED, null),
        false,
        builder ->
            builder
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                .parallelToolCalls(false));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.NAMED, "look"),
        null,
        builder ->
            builder.toolChoice(
                ChatCompletionNamedToolChoice.builder()
                    .function(ChatCompletionNamedToolChoice.Function.builder().name("look").build())
                    .build()));
  }

  private static void assertSameChoice(
      Tools.@Nullable Choice choice,
      @Nullable Boolean parallel,
      UnaryOperator<ChatCompletionCreateParams.Builder> sets)
      throws Exception {
    FunctionDefinition.Builder look =
        FunctionDefinition.builder()
            .name("look")
            .description("looks")
            .parameters(FunctionParameters.builder().additionalProperties(SCHEMA).build());
    assertSame(
        Samples.tools(choice, parallel),
        sets.apply(
            params()
                .addUserMessage("Hello")
                .addTool(tool(look))
                .addTool(tool(FunctionDefinition.builder().name("wait")))));
  }

  private static ChatCompletionFunctionTool tool(FunctionDefinition.Builder function) {
    return ChatCompletionFunctionTool.builder().function(function.build()).build();
  }

  @Test
  void responseFormat() throws Exception {
    assertSame(
        Samples.request(ResponseFormat.TEXT),
        params().addUserMessage("Hello").responseFormat(ResponseFormatText.builder().build()));
    assertSame(
        Samples.request(ResponseFormat.JSON),
        params()
            .addUserMessage("Hello")
            .responseFormat(ResponseFormatJsonObject.builder().build()));
    assertSame(
        Samples.request(Samples.ANSWER),
        params()
            .addUserMessage("Hello")
            .responseFormat(
                ResponseFormatJsonSchema.builder()
                    .jsonSchema(
                        ResponseFormatJsonSchema.JsonSchema.builder()
                            .name("answer")
                            .strict(true)
                            .schema(
                                ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                                    .additionalProperties(SCHEMA)
                                    .build())
                            .build())
                    .build()));
  }

  private static ChatCompletionCreateParams.Builder params() {
    return ChatCompletionCreateParams.builder()
        .model("some-model")
        .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
  }

  private static void assertSame(ProviderRequest request, ChatCompletionCreateParams.Builder params)
      throws Exception {
    assertThat(differences(request, QUIRKS, params)).isEmpty();
  }

  private static Map<String, String> differences(
      ProviderRequest request, OpenAiQuirks quirks, ChatCompletionCreateParams.Builder params)
      throws Exception {
    try (Asked asked = new Asked(ANSWER)) {
      new OpenAiChatProvider(asked.url(), () -> "key", quirks, asked.http())
          .generate(request, new CollectingSink());
      OpenAIClient client =
          OpenAIOkHttpClient.builder().baseUrl(asked.url().toString()).apiKey("key").build();
      try (StreamResponse<ChatCompletionChunk> answer =
          client.chat().completions().createStreaming(params.build())) {
        answer.stream().forEach(chunk -> {});
      } finally {
        client.close();
      }
      return asked.differences();
    }
  }
}
