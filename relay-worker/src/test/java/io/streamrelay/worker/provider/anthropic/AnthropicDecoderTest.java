package io.streamrelay.worker.provider.anthropic;

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
final class AnthropicDecoderTest {
  private static final String START =
      """
      {"type":"message_start","message":{"id":"msg_1","model":"claude-x",
       "usage":{"input_tokens":7,"cache_creation_input_tokens":100,"cache_read_input_tokens":50,
                "output_tokens":1}}}
      """;
  private static final String STOP = "{\"type\":\"message_stop\"}";

  private final CollectingSink sink = new CollectingSink();
  private final AnthropicErrors errors = new AnthropicErrors(null);
  private final AnthropicDecoder decoder = new AnthropicDecoder(errors, sink);

  @Test
  void reply_hasModelIdAndUsageWithWhatTheCacheDid() throws Exception {
    Reply reply = decode(START, text("Hello"), stops("end_turn", 9), STOP);

    assertThat(reply)
        .isEqualTo(
            new Reply(
                FinishReason.STOP,
                "end_turn",
                new Usage(157L, 9L, 166L, 50L, null),
                "claude-x",
                "msg_1"));
  }

  @Test
  void usage_ofTheDeltaTakesThePlaceOfTheBeginnings() throws Exception {
    String delta =
        """
        {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":8,
         "cache_read_input_tokens":60,"output_tokens":5,"output_tokens_details":{"thinking_tokens":2}}}
        """;

    assertThat(decode(START, delta).usage()).isEqualTo(new Usage(168L, 5L, 173L, 60L, 2L));
  }

  @Test
  void usage_missingIsNull() throws Exception {
    assertThat(
            decode("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}").usage())
        .isNull();
  }

  @Test
  void finish_reasonsAreMappedToTheClosedSet() throws Exception {
    assertThat(finish("end_turn")).isEqualTo(FinishReason.STOP);
    assertThat(finish("stop_sequence")).isEqualTo(FinishReason.STOP);
    assertThat(finish("max_tokens")).isEqualTo(FinishReason.LENGTH);
    assertThat(finish("model_context_window_exceeded")).isEqualTo(FinishReason.LENGTH);
    assertThat(finish("tool_use")).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(finish("refusal")).isEqualTo(FinishReason.CONTENT_FILTER);
    assertThat(finish("pause_turn")).isEqualTo(FinishReason.OTHER);
  }

  @Test
  void finish_byStopAloneOrByReasonAlone() throws Exception {
    assertThat(decode(START, text("a"), STOP).finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(decode(START, text("a"), stops("end_turn", 1)).rawFinishReason())
        .isEqualTo("end_turn");
  }

  @Test
  void finish_withoutAnyMarkerIsTruncated() {
    assertThat(failure(START, text("a")).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(
            failure(
                    START,
                    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":{}}")
                .code())
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(new AnthropicDecoder(errors, sink).finished()).isFalse();
  }

  @Test
  void finish_aStopThatNothingCameBeforeIsTruncated() {
    assertThat(failure(STOP).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void ping_isNoToken() throws Exception {
    give(START, "{\"type\":\"ping\"}", "{\"type\":\"something_new\",\"delta\":{\"text\":\"x\"}}");
    assertThat(decoder.tokens()).isZero();

    give(text("a"));
    assertThat(decoder.tokens()).isPositive();
    assertThat(sink.text()).isEqualTo("a");
  }

  @Test
  void signature_isATokenThatIsNotGivenOn() throws Exception {
    give(
        block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
        delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Hm.\"}"));
    long before = decoder.tokens();

    give(delta(0, "{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}"));

    assertThat(decoder.tokens()).isGreaterThan(before);
    assertThat(sink.reasoning()).isEqualTo("Hm.");
    assertThat(sink.text()).isEmpty();
  }

  @Test
  void toolCalls_areNumberedInOrderAndEmptyArgumentsAreAnObject() throws Exception {
    give(
        block(1, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}"),
        delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"),
        "{\"type\":\"content_block_stop\",\"index\":1}",
        block(4, "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"g\",\"input\":{}}"),
        delta(4, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\":\"}"),
        delta(4, "{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}"),
        "{\"type\":\"content_block_stop\",\"index\":4}",
        block(5, "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"h\",\"input\":{\"y\":[2]}}"),
        "{\"type\":\"content_block_stop\",\"index\":5}");

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, "a", "f", "{}"),
            new ToolCall(1, "b", "g", "{\"x\":1}"),
            new ToolCall(2, "c", "h", "{\"y\":[2]}"));
  }

  @Test
  void toolCalls_ofTheServersOwnToolsArePassedOver() throws Exception {
    give(
        block(
            0, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}"),
        delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
        "{\"type\":\"content_block_stop\",\"index\":0}",
        block(1, "{\"type\":\"web_search_tool_result\",\"content\":[{\"text\":\"no\"}]}"));

    assertThat(sink.toolCalls()).isEmpty();
    assertThat(sink.text()).isEmpty();
  }

  @Test
  void error_inTheStreamIsMapped() {
    assertThat(error("overloaded_error").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(error("overloaded_error"))
        .hasMessage("the provider broke off with an error (overloaded_error)");
    assertThat(error("rate_limit_error").code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(error("invalid_request_error").code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(error("authentication_error").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(failure("{\"type\":\"error\"}").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void event_wrongTypesArePassedOver() throws Exception {
    give(
        "{\"type\":7}",
        "{\"type\":\"message_start\",\"message\":[1]}",
        "{\"type\":\"content_block_start\",\"index\":\"x\",\"content_block\":null}",
        "{\"type\":\"content_block_delta\",\"delta\":{\"text\":{\"a\":[1]},\"thinking\":3}}",
        "{\"type\":\"content_block_stop\"}",
        text("x"));

    assertThat(sink.text()).isEqualTo("x");
  }

  @Test
  void event_malformedIsAnErrorInTheMiddle() {
    assertThat(failure("{\"type\":\"content_block_delta\"").code())
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure("[1]").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  private static ProviderException error(String type) {
    AnthropicErrors errors = new AnthropicErrors(null);
    AnthropicDecoder decoder = new AnthropicDecoder(errors, new CollectingSink());
    byte[] bytes =
        ("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"secret\"}}")
            .getBytes(StandardCharsets.UTF_8);
    return catchThrowableOfType(
        ProviderException.class, () -> decoder.event("error", bytes, 0, bytes.length));
  }

  private FinishReason finish(String raw) throws Exception {
    Reply reply =
        decode("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + raw + "\"}}");
    assertThat(reply.rawFinishReason()).isEqualTo(raw);
    return reply.finishReason();
  }

  private ProviderException failure(String... frames) {
    return catchThrowableOfType(ProviderException.class, () -> decode(frames));
  }

  private Reply decode(String... frames) throws ProviderException {
    AnthropicDecoder fresh = new AnthropicDecoder(errors, sink);
    give(fresh, frames);
    return fresh.reply();
  }

  private void give(String... frames) throws ProviderException {
    give(decoder, frames);
  }

  private static void give(AnthropicDecoder decoder, String... frames) throws ProviderException {
    for (String frame : frames) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      decoder.event(null, bytes, 0, bytes.length);
    }
  }

  private static String text(String text) {
    return delta(0, "{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
  }

  private static String delta(int index, String delta) {
    return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
  }

  private static String block(int index, String block) {
    return "{\"type\":\"content_block_start\",\"index\":"
        + index
        + ",\"content_block\":"
        + block
        + "}";
  }

  private static String stops(String reason, int output) {
    return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
        + reason
        + "\"},\"usage\":{\"output_tokens\":"
        + output
        + "}}";
  }
}
