package io.streamrelay.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What servers send besides what the recordings show. */
final class GeminiDecoderTest {
  private final CollectingSink sink = new CollectingSink();

  @Test
  void reply_hasModelIdAndUsage() throws Exception {
    Reply reply =
        decode(
            """
            {"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],
             "usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":60,
              "toolUsePromptTokenCount":5,"candidatesTokenCount":7,"thoughtsTokenCount":3,
              "totalTokenCount":115},
             "modelVersion":"gemini-x-001","responseId":"r-1"}
            """);

    assertThat(reply)
        .isEqualTo(
            new Reply(
                FinishReason.STOP,
                "STOP",
                new Usage(105L, 10L, 115L, 60L, 3L),
                "gemini-x-001",
                "r-1"));
  }

  @Test
  void usage_missingIsNull() throws Exception {
    assertThat(decode("{\"usageMetadata\":{\"trafficType\":\"X\"}}", finish("STOP")).usage())
        .isNull();
    assertThat(decode("{\"usageMetadata\":{\"promptTokenCount\":4}}", finish("STOP")).usage())
        .isEqualTo(new Usage(4L, null, null, null, null));
  }

  @Test
  void thoughts_areReasoningWhereverTheFlagStands() throws Exception {
    decode(
        parts("{\"text\":\"Hm\",\"thought\":true},{\"thought\":true,\"text\":\".\"}"),
        parts("{\"text\":\"Yes\",\"thoughtSignature\":\"c2ln\",\"thought\":false}"),
        finish("STOP"));

    assertThat(sink.reasoning()).isEqualTo("Hm.");
    assertThat(sink.text()).isEqualTo("Yes");
  }

  @Test
  void finish_reasonsAreMappedToTheClosedSet() throws Exception {
    assertThat(reason("STOP")).isEqualTo(FinishReason.STOP);
    assertThat(reason("MAX_TOKENS")).isEqualTo(FinishReason.LENGTH);
    for (String filtered :
        new String[] {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"}) {
      assertThat(reason(filtered)).as(filtered).isEqualTo(FinishReason.CONTENT_FILTER);
    }
    for (String other :
        new String[] {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "LANGUAGE", "NEW"}) {
      assertThat(reason(other)).as(other).isEqualTo(FinishReason.OTHER);
    }
  }

  @Test
  void finish_withoutAReasonIsTruncated() {
    assertThat(failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(failure(parts("{\"text\":\"a\"}")).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void prompt_thatIsBlockedIsFiltered() {
    ProviderException failure =
        failure(
            "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},"
                + "\"usageMetadata\":{\"promptTokenCount\":9,\"totalTokenCount\":9}}");

    assertThat(failure.code()).isEqualTo(FailureCode.CONTENT_FILTERED);
    assertThat(failure).hasMessage("the provider doesn't take the prompt (prohibited_content)");
  }

  @Test
  void prompt_feedbackWithoutABlockIsNone() throws Exception {
    decode("{\"promptFeedback\":{\"safetyRatings\":[{}]}}", finish("STOP"));
  }

  @Test
  void toolCalls_haveIdsThatTellThemApart() throws Exception {
    Reply reply =
        decode(
            "{\"responseId\":\"r1\",\"candidates\":[{\"content\":{\"parts\":["
                + "{\"functionCall\":{\"name\":\"f\",\"args\":{\"x\": [1, {}]}}},"
                + "{\"functionCall\":{\"id\":\"theirs\",\"name\":\"f\"}}]}}]}",
            parts("{\"functionCall\":{\"name\":\"g\",\"args\":null}}"),
            finish("STOP"));

    assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, "call_r1_0", "f", "{\"x\":[1,{}]}"),
            new ToolCall(1, "theirs", "f", "{}"),
            new ToolCall(2, null, "g", "{}"));
  }

  @Test
  void toolCalls_inPiecesAreJoined() throws Exception {
    decode(
        parts("{\"functionCall\":{\"name\":\"f\",\"willContinue\":true}}"),
        piece("{\"jsonPath\":\"$.a\",\"stringValue\":\"Bos\",\"willContinue\":true}"),
        piece("{\"jsonPath\":\"$.a\",\"stringValue\":\"ton\"}"),
        piece("{\"jsonPath\":\"$.b[0].c\",\"numberValue\":1.5}"),
        piece("{\"jsonPath\":\"$.b[1]\",\"boolValue\":true},{\"jsonPath\":\"$.d\"}"),
        piece("{\"jsonPath\":\"$['odd.name']\",\"nullValue\":null},7,{\"jsonPath\":3}"),
        parts("{\"functionCall\":{}}"),
        parts("{\"functionCall\":{\"name\":\"g\",\"willContinue\":true}}"),
        finish("STOP"));

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(
                0,
                null,
                "f",
                "{\"a\":\"Boston\",\"b\":[{\"c\":1.5},true],\"d\":null,\"odd.name\":null}"),
            new ToolCall(1, null, "g", "{}"));
  }

  @Test
  void toolCalls_inPiecesAreBounded() {
    String megabyte = "x".repeat(BoundedJson.MAX_BYTES - 1000);
    ProviderException failure =
        failure(
            parts("{\"functionCall\":{\"name\":\"f\",\"willContinue\":true}}"),
            piece("{\"jsonPath\":\"$.a\",\"stringValue\":\"" + megabyte + "\"}"),
            piece("{\"jsonPath\":\"$.a\",\"stringValue\":\"" + megabyte + "\"}"));

    assertThat(failure.code()).isEqualTo(FailureCode.OUTPUT_LIMIT);
  }

  @Test
  void parts_thatAreNotGivenOnAreTokensAllTheSame() throws Exception {
    GeminiDecoder decoder = new GeminiDecoder(new GeminiErrors(null), sink);
    String signature = parts("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}");

    give(decoder, "{\"usageMetadata\":{\"promptTokenCount\":4}}");
    assertThat(decoder.tokens()).isZero();
    give(decoder, signature);
    assertThat(decoder.tokens()).isPositive();
  }

  @Test
  void error_inTheStreamIsMapped() {
    ProviderException failure =
        failure(
            parts("{\"text\":\"a\"}"),
            "{\"error\":{\"code\":503,\"message\":\"secret\",\"status\":\"UNAVAILABLE\"}}");

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure).hasMessage("the provider broke off with an error (unavailable)");
    assertThat(failure("{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\"}}").code())
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(failure("{\"error\":\"no\"}").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void event_wrongTypesAndOtherPartsArePassedOver() throws Exception {
    decode(
        "{\"candidates\":null,\"usageMetadata\":[],\"promptFeedback\":3,\"error\":null,\"modelVersion\":1}",
        "{\"candidates\":[7,{\"content\":{\"parts\":[{\"text\":\"no\"}]}}]}",
        parts("null,3,{\"text\":null},{\"functionCall\":4},{\"inlineData\":{\"data\":\"AA==\"}}"),
        parts("{\"executableCode\":{\"code\":\"x\"}},{\"text\":\"\"},{\"text\":\"yes\"}"),
        finish("STOP"));

    assertThat(sink.text()).isEqualTo("yes");
    assertThat(sink.toolCalls()).isEmpty();
  }

  @Test
  void event_malformedIsAnErrorInTheMiddle() {
    assertThat(failure("{\"candidates\":", finish("STOP")).code())
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  private FinishReason reason(String raw) throws Exception {
    Reply reply = decode(finish(raw));
    assertThat(reply.rawFinishReason()).isEqualTo(raw);
    return reply.finishReason();
  }

  private static String finish(String reason) {
    return "{\"candidates\":[{\"finishReason\":\"" + reason + "\"}]}";
  }

  private static String parts(String parts) {
    return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]}}]}";
  }

  private static String piece(String pieces) {
    return parts("{\"functionCall\":{\"partialArgs\":[" + pieces + "],\"willContinue\":true}}");
  }

  private ProviderException failure(String... frames) {
    return catchThrowableOfType(ProviderException.class, () -> decode(frames));
  }

  private Reply decode(String... frames) throws ProviderException {
    GeminiDecoder decoder = new GeminiDecoder(new GeminiErrors(null), sink);
    give(decoder, frames);
    return decoder.reply();
  }

  private static void give(GeminiDecoder decoder, String... frames) throws ProviderException {
    for (String frame : frames) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      decoder.event(null, bytes, 0, bytes.length);
    }
  }
}
