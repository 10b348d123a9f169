package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What servers send besides what the recordings show. */
final class OpenAiChatDecoderTest {
  private static final String STOP = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";

  private final CollectingSink sink = new CollectingSink();

  @Test
  void finish_withoutDoneIsAnAnswer() throws Exception {
    Reply reply = decode(text("Hello"), STOP);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(reply.usage()).isNull();
  }

  @Test
  void finish_doneAloneIsAnAnswerIfThereWasAChoice() throws Exception {
    assertThat(decode(text("Hello"), "[DONE]").finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(failure("[DONE]").code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void finish_withoutAnyMarkerIsTruncated() {
    assertThat(failure(text("Hello")).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void finish_reasonsAreMappedToTheClosedSet() throws Exception {
    assertThat(finish("stop")).isEqualTo(FinishReason.STOP);
    assertThat(finish("end_turn")).isEqualTo(FinishReason.STOP);
    assertThat(finish("length")).isEqualTo(FinishReason.LENGTH);
    assertThat(finish("MAX_TOKENS")).isEqualTo(FinishReason.LENGTH);
    assertThat(finish("tool_calls")).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(finish("function_call")).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(finish("content_filter")).isEqualTo(FinishReason.CONTENT_FILTER);
    assertThat(finish("weather")).isEqualTo(FinishReason.OTHER);
  }

  @Test
  void toolCall_withoutArgumentsIsGivenAnEmptyObject() throws Exception {
    decode(call(0, "a", "f", ""), call(1, "b", "g", "{}"), STOP);

    assertThat(sink.toolCalls())
        .containsExactly(new ToolCall(0, "a", "f", "{}"), new ToolCall(1, "b", "g", "{}"));
    assertThat(sink.warnings()).isEmpty();
  }

  @Test
  void toolCall_withArgumentsThatAreNoObjectIsGivenAsItIsAndTold() throws Exception {
    decode(
        call(0, "a", "f", "{\\\"x\\\":"), call(0, "a", null, "1"), call(1, "b", "g", "[1]"), STOP);

    assertThat(sink.toolCalls())
        .containsExactly(new ToolCall(0, "a", "f", "{\"x\":1"), new ToolCall(1, "b", "g", "[1]"));
    assertThat(sink.warnings())
        .containsExactly("invalid_arguments tools", "invalid_arguments tools");
  }

  @Test
  void toolCall_thatIsCutOffIsNotCompleted() {
    assertThat(failure(call(0, "a", "f", "")).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);

    assertThat(sink.toolCalls()).containsExactly(new ToolCall(0, "a", "f", ""));
  }

  private static String call(int index, String id, String name, String arguments) {
    String named = name == null ? "" : "\"name\":\"" + name + "\",";
    return "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
        + index
        + ",\"id\":\""
        + id
        + "\",\"function\":{"
        + named
        + "\"arguments\":\""
        + arguments
        + "\"}}]}}]}";
  }

  @Test
  void event_afterDoneIsIgnored() throws Exception {
    decode(text("a"), STOP, "[DONE]", text("b"), "no json", "{\"error\":{}}");

    assertThat(sink.text()).isEqualTo("a");
  }

  @Test
  void event_malformedIsAnErrorInTheMiddle() {
    for (String frame : new String[] {"{\"choices\":", "nonsense", "[1,2]", "{\"a\":nope}"}) {
      ProviderException failure = failure(frame, STOP);
      assertThat(failure.code()).as(frame).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
      assertThat(failure.getMessage()).doesNotContain("nonsense");
    }
  }

  @Test
  void event_jsonBeyondTheLimitsIsMalformed() {
    String deep = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
    String number = "{\"a\":" + "1".repeat(200) + "}";
    String name = "{\"" + "n".repeat(2000) + "\":1}";

    for (String frame : new String[] {deep, number, name}) {
      assertThat(failure(frame).code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    }
  }

  @Test
  void reply_hasTheFirstModelAndIdThatAreNotEmpty() throws Exception {
    Reply reply =
        decode(
            "{\"id\":\"\",\"model\":\"\",\"choices\":[]}",
            "{\"id\":\"a\",\"model\":\"m\",\"choices\":[]}",
            "{\"id\":\"b\",\"model\":\"n\",\"choices\":[]}",
            STOP);

    assertThat(reply.responseId()).isEqualTo("a");
    assertThat(reply.model()).isEqualTo("m");
  }

  @Test
  void event_wrongTypesArePassedOver() throws Exception {
    decode(
        "{\"choices\":null,\"usage\":null,\"error\":null,\"id\":7,\"model\":null}",
        "{\"choices\":[null]}",
        "{\"choices\":[{\"delta\":null,\"finish_reason\":null}]}",
        "{\"choices\":[{\"delta\":{\"content\":{\"x\":[1]},\"tool_calls\":{},\"reasoning\":4}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[null,3,{\"function\":null}]}}]}",
        "{\"choices\":{}}",
        "{\"choices\":[{\"delta\":{\"content\":\"x\"}},{\"index\":1,\"delta\":{\"content\":\"y\"}}]}",
        STOP);

    assertThat(sink.text()).isEqualTo("x");
  }

  @Test
  void event_invalidUtf8BecomesTheReplacementCharacter() throws Exception {
    byte[] frame = text("a#b\u00e9").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < frame.length; i++) {
      frame[i] = frame[i] == '#' ? (byte) 0xFF : frame[i];
    }
    OpenAiChatDecoder decoder = new OpenAiChatDecoder(new OpenAiErrors(null), sink);

    decoder.event(null, frame, 0, frame.length);

    assertThat(sink.text()).isEqualTo("a\uFFFDb\u00e9");
  }

  @Test
  void usage_isFoundInOddPlaces() throws Exception {
    String usage = "{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}";
    Usage expected = new Usage(1L, 2L, 3L, null, null);

    assertThat(
            decode(
                    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"usage\":"
                        + usage
                        + "}]}")
                .usage())
        .isEqualTo(expected);
    assertThat(decode(STOP, "{\"x_groq\":{\"usage\":" + usage + "}}").usage()).isEqualTo(expected);
    assertThat(decode(STOP, "{\"usage\":" + usage + "}").usage()).isEqualTo(expected);
    assertThat(decode("{\"usage\":" + usage + "}", STOP).usage()).isEqualTo(expected);
    assertThat(decode(STOP, "{\"usage\":{}}").usage()).isNull();
  }

  @Test
  void toolCalls_areToldApartHoweverTheyAreNumbered() throws Exception {
    String same = "{\"index\":0,\"id\":\"%s\",\"function\":{\"name\":\"%s\",\"arguments\":\"{}\"}}";
    decode(calls(same.formatted("a", "f") + "," + same.formatted("b", "g")), STOP);

    assertThat(sink.toolCalls())
        .containsExactly(new ToolCall(0, "a", "f", "{}"), new ToolCall(1, "b", "g", "{}"));
  }

  @Test
  void toolCalls_withoutNumberOrIdBeginWithAName() throws Exception {
    decode(
        calls("{\"function\":{\"name\":\"f\"}}"),
        calls("{\"function\":{\"arguments\":\"{\\\"x\\\":\"}}"),
        calls("{\"function\":{\"arguments\":\"1}\"}}"),
        calls("{\"function\":{\"name\":\"g\",\"arguments\":{\"y\":[1,2]}}}"),
        STOP);

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, null, "f", "{\"x\":1}"), new ToolCall(1, null, "g", "{\"y\":[1,2]}"));
  }

  @Test
  void toolCalls_aNewIdWithoutNameIsTheSameCall() throws Exception {
    decode(
        calls("{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
        calls("{\"index\":1,\"id\":\"b\",\"function\":{\"arguments\":\"{\"}}"),
        calls("{\"index\":1,\"id\":\"\",\"function\":{\"name\":null,\"arguments\":\"}\"}}"),
        STOP);

    assertThat(sink.toolCalls()).containsExactly(new ToolCall(0, "a", "f", "{}"));
  }

  @Test
  void error_inTheStreamIsMapped() {
    assertThat(failure(text("a"), "{\"error\":{\"code\":429,\"message\":\"slow down\"}}").code())
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(failure("{\"error\":{\"code\":\"context_length_exceeded\"}}").code())
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
    assertThat(failure("{\"error\":\"overloaded\"}").code())
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure("{\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}").code())
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure("{\"choices\":[{\"error\":{\"code\":502}}]}").code())
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void error_eventIsOneWhateverItHolds() {
    assertThat(event("error", "{\"message\":\"x\",\"type\":\"rate_limit_error\"}").code())
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(event("error", "something broke").code())
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  private ProviderException event(String name, String data) {
    byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
    OpenAiChatDecoder decoder = new OpenAiChatDecoder(new OpenAiErrors(null), sink);
    return catchThrowableOfType(
        ProviderException.class, () -> decoder.event(name, bytes, 0, bytes.length));
  }

  private FinishReason finish(String raw) throws Exception {
    Reply reply = decode("{\"choices\":[{\"finish_reason\":\"" + raw + "\"}]}");
    assertThat(reply.rawFinishReason()).isEqualTo(raw);
    return reply.finishReason();
  }

  private ProviderException failure(String... frames) {
    return catchThrowableOfType(ProviderException.class, () -> decode(frames));
  }

  private Reply decode(String... frames) throws ProviderException, InterruptedException {
    OpenAiChatDecoder decoder = new OpenAiChatDecoder(new OpenAiErrors(null), sink);
    for (String frame : frames) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      decoder.event(null, bytes, 0, bytes.length);
    }
    return decoder.reply();
  }

  private static String text(String content) {
    return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"}}]}";
  }

  private static String calls(String pieces) {
    return "{\"choices\":[{\"delta\":{\"tool_calls\":[" + pieces + "]}}]}";
  }
}
