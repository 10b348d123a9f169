package io.streamrelay.worker.provider.responses;

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

/** Bodies byte for byte. */
final class ResponsesRequestTest {
  private static final String STREAM = ",\"stream\":true,\"store\":false";
  private static final Utterance HELLO = user(new Part.Text("Hello"));

  private static String body(ProviderRequest request) throws ProviderException {
    return new String(
        ResponsesRequest.json(request, false, new CollectingSink()), StandardCharsets.UTF_8);
  }

  private static ProviderRequest request(
      Parameters parameters,
      @Nullable Tools tools,
      @Nullable ResponseFormat format,
      Utterance... messages) {
    return new ProviderRequest("m", List.of(messages), parameters, tools, format, 0, 1);
  }

  private static String input(Utterance... messages) throws ProviderException {
    String body = body(request(Parameters.NONE, null, null, messages));
    String start = "{\"model\":\"m\",";
    assertThat(body).startsWith(start).endsWith(STREAM + "}");
    return body.substring(start.length(), body.length() - STREAM.length() - 1);
  }

  /** What follows the prompt. */
  private static String rest(
      Parameters parameters, @Nullable Tools tools, @Nullable ResponseFormat format)
      throws ProviderException {
    String body = body(request(parameters, tools, format, HELLO));
    String start =
        "{\"model\":\"m\",\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"Hello\"}]"
            + STREAM;
    assertThat(body).startsWith(start).endsWith("}");
    return body.substring(start.length(), body.length() - 1);
  }

  private static Utterance user(Part... parts) {
    return new Utterance(Role.USER, List.of(parts));
  }

  private static Utterance says(Role role, String text) {
    return new Utterance(role, List.of(new Part.Text(text)));
  }

  @Test
  void input_hasTheSystemPromptAsInstructions() throws Exception {
    assertThat(
            input(
                says(Role.SYSTEM, "Be brief."),
                says(Role.SYSTEM, "Be kind."),
                says(Role.USER, "Hello"),
                says(Role.ASSISTANT, "Hi \"you\""),
                says(Role.USER, "Go on")))
        .isEqualTo(
            "\"instructions\":\"Be brief.\\n\\nBe kind.\",\"input\":["
                + "{\"type\":\"message\",\"role\":\"user\",\"content\":\"Hello\"},"
                + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"Hi \\\"you\\\"\"},"
                + "{\"type\":\"message\",\"role\":\"user\",\"content\":\"Go on\"}]");
  }

  @Test
  void input_hasImagesAndFilesByUrlAndAsData() throws Exception {
    assertThat(
            input(
                user(
                    new Part.Text("Look:"),
                    new Part.Text(""),
                    new Part.Image("https://a.example/b.png", null, null),
                    new Part.Image(null, "image/png", "iVBORw=="),
                    new Part.File("c.gif", null, "image/gif", "R0lG"),
                    new Part.File("b.pdf", null, "application/pdf", "AAAA"),
                    new Part.File(null, null, "text/plain", "BBBB"),
                    new Part.File("d.pdf", "https://a.example/d.pdf", null, null))))
        .isEqualTo(
            "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":["
                + "{\"type\":\"input_text\",\"text\":\"Look:\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"https://a.example/b.png\",\"detail\":\"auto\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,iVBORw==\",\"detail\":\"auto\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"data:image/gif;base64,R0lG\",\"detail\":\"auto\"},"
                + "{\"type\":\"input_file\",\"filename\":\"b.pdf\","
                + "\"file_data\":\"data:application/pdf;base64,AAAA\"},"
                + "{\"type\":\"input_file\",\"filename\":\"file\","
                + "\"file_data\":\"data:text/plain;base64,BBBB\"},"
                + "{\"type\":\"input_file\",\"file_url\":\"https://a.example/d.pdf\"}]}]");
  }

  @Test
  void input_hasCallsAndResultsAsItems() throws Exception {
    Utterance calls =
        new Utterance(
            Role.ASSISTANT,
            List.of(
                new Part.Reasoning("Hm."),
                new Part.Text("Let me see."),
                new Part.ToolCall(0, "call_1", "weather", "{\"city\":\"Rome\"}"),
                new Part.ToolCall(1, "call_2", "time", "{}")));
    Utterance results =
        new Utterance(
            Role.TOOL,
            List.of(
                new Part.ToolResult("call_1", List.of(new Part.Text("Sunny")), false),
                new Part.ToolResult(
                    "call_2",
                    List.of(new Part.Text("no clock"), new Part.Image(null, "image/png", "AA==")),
                    true)));

    assertThat(input(calls, results))
        .isEqualTo(
            "\"input\":["
                + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"Let me see.\"},"
                + "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"weather\","
                + "\"arguments\":\"{\\\"city\\\":\\\"Rome\\\"}\"},"
                + "{\"type\":\"function_call\",\"call_id\":\"call_2\",\"name\":\"time\","
                + "\"arguments\":\"{}\"},"
                + "{\"type\":\"function_call_output\",\"call_id\":\"call_1\","
                + "\"output\":\"Sunny\"},"
                + "{\"type\":\"function_call_output\",\"call_id\":\"call_2\",\"output\":["
                + "{\"type\":\"input_text\",\"text\":\"Error: \"},"
                + "{\"type\":\"input_text\",\"text\":\"no clock\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AA==\",\"detail\":\"auto\"}]}]");
  }

  @Test
  void input_withSoundIsRejected() {
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () -> input(user(new Part.File(null, null, "audio/mpeg", "BBBB"))));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(failure).hasMessage("a provider of type openai-responses takes no sound");
  }

  @Test
  void body_inTheBackgroundIsKeptThere() throws Exception {
    byte[] body =
        ResponsesRequest.json(
            request(Parameters.NONE, null, null, HELLO), true, new CollectingSink());

    assertThat(new String(body, StandardCharsets.UTF_8))
        .endsWith(",\"stream\":true,\"store\":true,\"background\":true}");
  }

  @Test
  void parameters_areThoseOfTheFormatAndTheOthersAreTold() throws Exception {
    CollectingSink sink = new CollectingSink();
    Parameters all = new Parameters(0.5, 0.9, 100, List.of("END"), 7L, ReasoningEffort.LOW);

    byte[] body =
        ResponsesRequest.json(
            new ProviderRequest(
                "m", Prompt.of(List.of(), List.of()), all, null, null, Map.of("order", "1"), 0, 1),
            false,
            sink);

    assertThat(new String(body, StandardCharsets.UTF_8))
        .endsWith(
            ",\"temperature\":0.5,\"top_p\":0.9,\"max_output_tokens\":100,"
                + "\"reasoning\":{\"effort\":\"low\"},\"metadata\":{\"order\":\"1\"}}");
    assertThat(sink.warnings())
        .containsExactly("unsupported parameters.stop", "unsupported parameters.seed");
  }

  @Test
  void tools_areFlatAndNotStrict() throws Exception {
    Tools.Tool weather = new Tools.Tool("weather", "Tells it", "{\"type\":\"object\"}");
    Tools.Tool time = new Tools.Tool("time", null, null);

    assertThat(
            rest(
                Parameters.NONE,
                new Tools(
                    List.of(weather, time), new Tools.Choice(Tools.Mode.NAMED, "time"), false),
                null))
        .isEqualTo(
            ",\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"description\":\"Tells it\","
                + "\"parameters\":{\"type\":\"object\"},\"strict\":false},"
                + "{\"type\":\"function\",\"name\":\"time\","
                + "\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":false}],"
                + "\"tool_choice\":{\"type\":\"function\",\"name\":\"time\"},"
                + "\"parallel_tool_calls\":false");
  }

  @Test
  void tools_haveEachChoice() throws Exception {
    for (Tools.Mode mode : List.of(Tools.Mode.AUTO, Tools.Mode.NONE, Tools.Mode.REQUIRED)) {
      Tools tools =
          new Tools(List.of(new Tools.Tool("t", null, null)), new Tools.Choice(mode, null), null);

      assertThat(rest(Parameters.NONE, tools, null))
          .endsWith(",\"tool_choice\":\"" + mode.name().toLowerCase() + "\"");
    }
  }

  @Test
  void text_hasEachFormat() throws Exception {
    ResponseFormat schema =
        new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "s", "{\"type\":\"object\"}", true);

    assertThat(rest(Parameters.NONE, null, ResponseFormat.TEXT))
        .isEqualTo(",\"text\":{\"format\":{\"type\":\"text\"}}");
    assertThat(rest(Parameters.NONE, null, ResponseFormat.JSON))
        .isEqualTo(",\"text\":{\"format\":{\"type\":\"json_object\"}}");
    assertThat(rest(Parameters.NONE, null, schema))
        .isEqualTo(
            ",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"s\",\"strict\":true,"
                + "\"schema\":{\"type\":\"object\"}}}");
  }
}
