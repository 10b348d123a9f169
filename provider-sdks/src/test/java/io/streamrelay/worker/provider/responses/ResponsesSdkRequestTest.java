package io.streamrelay.worker.provider.responses;

import static io.streamrelay.worker.provider.Samples.BE_BRIEF;
import static io.streamrelay.worker.provider.Samples.HELLO;
import static io.streamrelay.worker.provider.Samples.PROPERTIES;
import static io.streamrelay.worker.provider.Samples.says;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.ResponseFormatText;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseFunctionCallOutputItem;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputContent;
import com.openai.models.responses.ResponseInputFile;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputImageContent;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseInputText;
import com.openai.models.responses.ResponseInputTextContent;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import com.openai.models.responses.ToolChoiceFunction;
import com.openai.models.responses.ToolChoiceOptions;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.Asked;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Samples;
import io.streamrelay.worker.provider.openai.KeyHeader;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request as OpenAI's SDK sends it, and as we do. */
final class ResponsesSdkRequestTest {
  private static final String ANSWER =
      """
      data: {"type":"response.completed","sequence_number":0,"response":{"id":"resp_1","output":[]}}

      """;

  private static final Map<String, JsonValue> SCHEMA =
      Map.of("type", JsonValue.from("object"), "properties", JsonValue.from(PROPERTIES));

  /** Stop sequences and a seed have no place. */
  @Test
  void parameters() throws Exception {
    Parameters all = new Parameters(0.5, 0.25, 100, List.of("END"), 7L, null);

    assertSame(
        Samples.request(all, BE_BRIEF, HELLO),
        hello().instructions("Be brief.").temperature(0.5).topP(0.25).maxOutputTokens(100));
  }

  @Test
  void background() throws Exception {
    assertThat(differences(Samples.request(HELLO), true, hello().store(true).background(true)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void reasoningEffort(io.streamrelay.protocol.turn.ReasoningEffort effort) throws Exception {
    ReasoningEffort theirs = ReasoningEffort.of(effort.wire()).validate();

    assertSame(
        Samples.thinking(effort), hello().reasoning(Reasoning.builder().effort(theirs).build()));
  }

  @Test
  void metadata() throws Exception {
    assertSame(
        Samples.noted(Map.of("ticket", "7")),
        hello()
            .metadata(
                ResponseCreateParams.Metadata.builder()
                    .putAdditionalProperty("ticket", JsonValue.from("7"))
                    .build()));
  }

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
                new Part.File(null, "https://a.example/e.pdf", null, null)));

    assertSame(
        request,
        params(
            ResponseInputItem.ofEasyInputMessage(
                EasyInputMessage.builder()
                    .type(EasyInputMessage.Type.MESSAGE)
                    .role(EasyInputMessage.Role.USER)
                    .contentOfResponseInputMessageContentList(
                        List.of(
                            ResponseInputContent.ofInputText(
                                ResponseInputText.builder().text("Look:").build()),
                            image("https://a.example/b.png"),
                            image("data:image/png;base64,iVBORw=="),
                            file(
                                ResponseInputFile.builder()
                                    .filename("b.pdf")
                                    .fileData("data:application/pdf;base64,AAAA")),
                            file(ResponseInputFile.builder().fileUrl("https://a.example/e.pdf"))))
                    .build())));
  }

  private static ResponseInputContent image(String url) {
    return ResponseInputContent.ofInputImage(
        ResponseInputImage.builder().detail(ResponseInputImage.Detail.AUTO).imageUrl(url).build());
  }

  private static ResponseInputContent file(ResponseInputFile.Builder file) {
    return ResponseInputContent.ofInputFile(file.build());
  }

  /** A failed tool's result says so in its text, as the format has no other place. */
  @Test
  void toolCallsAndTheirResults() throws Exception {
    ProviderRequest request =
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
                new Part.ToolResult("b", List.of(new Part.Image(null, "image/png", "AA==")), true)),
            says(Role.USER, new Part.Text("And?")));

    assertSame(
        request,
        params(
            said(EasyInputMessage.Role.USER, "Hello"),
            said(EasyInputMessage.Role.ASSISTANT, "Let me look."),
            call("a", "look", "{\"a\":1}"),
            call("b", "wait", "{}"),
            ResponseInputItem.ofFunctionCallOutput(
                ResponseInputItem.FunctionCallOutput.builder().callId("a").output("Rain").build()),
            ResponseInputItem.ofFunctionCallOutput(
                ResponseInputItem.FunctionCallOutput.builder()
                    .callId("b")
                    .outputOfResponseFunctionCallOutputItemList(
                        List.of(
                            ResponseFunctionCallOutputItem.ofInputText(
                                ResponseInputTextContent.builder().text("Error: ").build()),
                            ResponseFunctionCallOutputItem.ofInputImage(
                                ResponseInputImageContent.builder()
                                    .imageUrl("data:image/png;base64,AA==")
                                    .detail(ResponseInputImageContent.Detail.AUTO)
                                    .build())))
                    .build()),
            said(EasyInputMessage.Role.USER, "And?")));
  }

  private static ResponseInputItem call(String id, String name, String arguments) {
    return ResponseInputItem.ofFunctionCall(
        ResponseFunctionToolCall.builder().callId(id).name(name).arguments(arguments).build());
  }

  @Test
  void toolsAndTheirChoice() throws Exception {
    assertSameChoice(null, null, builder -> builder);
    assertSameChoice(
        new Tools.Choice(Tools.Mode.AUTO, null),
        true,
        builder -> builder.toolChoice(ToolChoiceOptions.AUTO).parallelToolCalls(true));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.NONE, null),
        null,
        builder -> builder.toolChoice(ToolChoiceOptions.NONE));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.REQUIRED, null),
        false,
        builder -> builder.toolChoice(ToolChoiceOptions.REQUIRED).parallelToolCalls(false));
    assertSameChoice(
        new Tools.Choice(Tools.Mode.NAMED, "look"),
        null,
        builder -> builder.toolChoice(ToolChoiceFunction.builder().name("look").build()));
  }

  private static void assertSameChoice(
      Tools.@Nullable Choice choice,
      @Nullable Boolean parallel,
      UnaryOperator<ResponseCreateParams.Builder> sets)
      throws Exception {
    Map<String, JsonValue> none =
        Map.of("type", JsonValue.from("object"), "properties", JsonValue.from(Map.of()));
    assertSame(
        Samples.tools(choice, parallel),
        sets.apply(
            hello()
                .addTool(tool("look", SCHEMA).description("looks").build())
                .addTool(tool("wait", none).build())));
  }

  private static FunctionTool.Builder tool(String name, Map<String, JsonValue> schema) {
    return FunctionTool.builder()
        .name(name)
        .strict(false)
        .parameters(FunctionTool.Parameters.builder().additionalProperties(schema).build());
  }

  @Test
  void responseFormat() throws Exception {
    assertSame(
        Samples.request(ResponseFormat.TEXT),
        hello().text(format().format(ResponseFormatText.builder().build()).build()));
    assertSame(
        Samples.request(ResponseFormat.JSON),
        hello().text(format().format(ResponseFormatJsonObject.builder().build()).build()));
    assertSame(
        Samples.request(Samples.ANSWER),
        hello()
            .text(
                format()
                    .format(
                        ResponseFormatTextJsonSchemaConfig.builder()
                            .name("answer")
                            .strict(true)
                            .schema(
                                ResponseFormatTextJsonSchemaConfig.Schema.builder()
                                    .additionalProperties(SCHEMA)
                                    .build())
                            .build())
                    .build()));
  }

  private static ResponseTextConfig.Builder format() {
    return ResponseTextConfig.builder();
  }

  private static ResponseCreateParams.Builder hello() {
    return params(said(EasyInputMessage.Role.USER, "Hello"));
  }

  private static ResponseInputItem said(EasyInputMessage.Role role, String text) {
    return ResponseInputItem.ofEasyInputMessage(
        EasyInputMessage.builder()
            .type(EasyInputMessage.Type.MESSAGE)
            .role(role)
            .content(text)
            .build());
  }

  /** Unlike by default, the answer isn't kept there. */
  private static ResponseCreateParams.Builder params(ResponseInputItem... input) {
    return ResponseCreateParams.builder()
        .model("some-model")
        .store(false)
        .inputOfResponse(List.of(input));
  }

  private static void assertSame(ProviderRequest request, ResponseCreateParams.Builder params)
      throws Exception {
    assertThat(differences(request, false, params)).isEmpty();
  }

  private static Map<String, String> differences(
      ProviderRequest request, boolean background, ResponseCreateParams.Builder params)
      throws Exception {
    try (Asked asked = new Asked(ANSWER)) {
      new ResponsesProvider(
              asked.url(), () -> "key", KeyHeader.AUTHORIZATION, background, asked.http())
          .generate(request, new CollectingSink());
      OpenAIClient client =
          OpenAIOkHttpClient.builder().baseUrl(asked.url().toString()).apiKey("key").build();
      try (StreamResponse<ResponseStreamEvent> answer =
          client.responses().createStreaming(params.build())) {
        answer.stream().forEach(event -> {});
      } finally {
        client.close();
      }
      return asked.differences();
    }
  }
}
