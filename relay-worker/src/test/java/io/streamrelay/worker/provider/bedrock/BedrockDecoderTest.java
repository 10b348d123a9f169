package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BedrockDecoderTest {
  private final CollectingSink sink = new CollectingSink();

  @ParameterizedTest
  @CsvSource({
    "end_turn, STOP",
    "stop_sequence, STOP",
    "max_tokens, LENGTH",
    "model_context_window_exceeded, LENGTH",
    "tool_use, TOOL_CALLS",
    "guardrail_intervened, CONTENT_FILTER",
    "content_filtered, CONTENT_FILTER",
    "malformed_tool_use, OTHER",
    "something_new, OTHER"
  })
  void messageStop_isMapped(String reason, FinishReason mapped) throws Exception {
    BedrockAnswer answer = Bedrock.answer(sink, Bedrock.stop(reason), Bedrock.metadata());

    assertThat(answer.reply().finishReason()).isEqualTo(mapped);
    assertThat(answer.reply().rawFinishReason()).isEqualTo(reason);
  }

  @Test
  void messageStop_finishesAndMetadataCompletes() throws Exception {
    BedrockAnswer answer = Bedrock.answer(sink, Bedrock.text("Hi"));
    assertThat(answer.finished()).isFalse();

    answer.bytes(Bedrock.stop("end_turn"));
    assertThat(answer.finished()).isTrue();
    assertThat(answer.complete()).isFalse();
    assertThat(answer.reply().usage()).isNull();

    answer.bytes(Bedrock.metadata());
    assertThat(answer.complete()).isTrue();
    assertThat(answer.reply().usage()).isEqualTo(new Usage(1L, 2L, null, null, null));
  }

  @Test
  void tokens_countWhatIsSaidAndNothingElse() throws Exception {
    BedrockAnswer answer =
        Bedrock.answer(
            sink,
            Bedrock.event("messageStart", "{\"role\":\"assistant\"}"),
            Bedrock.text(""),
            Bedrock.event("contentBlockStop", "{\"contentBlockIndex\":0}"),
            Bedrock.event("somethingNew", "{\"delta\":[1]}"));
    assertThat(answer.tokens()).isZero();

    answer.bytes(Bedrock.text("a"));
    assertThat(answer.tokens()).isEqualTo(1);
    answer.bytes(
        Bedrock.event(
            "contentBlockDelta", "{\"delta\":{\"reasoningContent\":{\"redactedContent\":\"a\"}}}"));
    assertThat(answer.tokens()).isEqualTo(2);
  }

  @Test
  void metadata_countsTheCacheAsInput() throws Exception {
    BedrockAnswer answer =
        Bedrock.answer(
            sink,
            Bedrock.stop("end_turn"),
            Bedrock.event(
                "metadata",
                "{\"usage\":{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":45,"
                    + "\"cacheReadInputTokens\":20,\"cacheWriteInputTokens\":10,"
                    + "\"serverToolUsage\":{}},\"metrics\":{\"latencyMs\":1}}"));

    assertThat(answer.reply().usage()).isEqualTo(new Usage(40L, 5L, 45L, 20L, null));
  }

  @Test
  void toolUse_isNumberedFromZeroWhateverItsBlock() throws Exception {
    Bedrock.answer(
        sink,
        start(3, "\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"look\"}"),
        start(5, "\"toolUse\":{\"toolUseId\":\"b\",\"name\":\"wait\"}"),
        input(5, "{\\\"s\\\":"),
        input(3, "{}"),
        input(5, "1}"));

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, "a", "look", "{}"), new ToolCall(1, "b", "wait", "{\"s\":1}"));
  }

  @Test
  void toolUse_withoutInputIsAnEmptyObject() throws Exception {
    byte[] stop = Bedrock.event("contentBlockStop", "{\"contentBlockIndex\":0}");
    Bedrock.answer(
        sink, start(0, "\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"look\"}"), stop, stop);

    assertThat(sink.toolCalls()).containsExactly(new ToolCall(0, "a", "look", "{}"));
  }

  private static byte[] start(int block, String what) {
    return Bedrock.event(
        "contentBlockStart", "{\"contentBlockIndex\":" + block + ",\"start\":{" + what + "}}");
  }

  private static byte[] input(int block, String piece) {
    return Bedrock.event(
        "contentBlockDelta",
        "{\"contentBlockIndex\":%d,\"delta\":{\"toolUse\":{\"input\":\"%s\"}}}"
            .formatted(block, piece));
  }

  @ParameterizedTest
  @CsvSource({
    "throttlingException, PROVIDER_RATE_LIMITED",
    "validationException, PROVIDER_REJECTED",
    "modelStreamErrorException, PROVIDER_UNAVAILABLE",
    "internalServerException, PROVIDER_UNAVAILABLE",
    "serviceUnavailableException, PROVIDER_UNAVAILABLE",
    "modelTimeoutException, PROVIDER_TIMEOUT",
    "somethingNew, PROVIDER_UNAVAILABLE"
  })
  void exception_endsTheAnswer(String type, FailureCode code) {
    byte[] exception = Bedrock.exception(type, "{\"message\":\"canary\"}");

    ProviderException failure = Bedrock.failure(Bedrock.text("Hi"), exception);

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.getMessage())
        .isEqualTo("the provider broke off with an error (" + type.toLowerCase() + ")");
  }

  @ParameterizedTest
  @CsvSource({
    "Input is too long for requested model.",
    "'prompt is too long: 203458 tokens > 200000 maximum'",
    "'input length and `max_tokens` exceed context limit: 190000 + 20000 > 204698'"
  })
  void exception_ofALongPromptIsTold(String message) {
    assertThat(
            Bedrock.code(
                Bedrock.exception("validationException", "{\"message\":\"" + message + "\"}")))
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
  }

  @Test
  void error_endsTheAnswer() {
    Map<String, String> headers =
        Map.of(":message-type", "error", ":error-code", "throttlingException");

    assertThat(Bedrock.code(Bedrock.message(headers, "")))
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
  }

  @Test
  void end_withoutMessageStopIsTruncated() {
    assertThat(Bedrock.code(Bedrock.text("Hi"), Bedrock.metadata()))
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void event_thatIsNoJsonIsUnavailable() {
    assertThat(Bedrock.code(Bedrock.event("contentBlockDelta", "{\"delta\":")))
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }
}
