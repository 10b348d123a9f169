package io.streamrelay.worker.provider.ollama;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OllamaDecoderTest {
  private final CollectingSink sink = new CollectingSink();

  private Reply decode(String... lines) throws ProviderException {
    OllamaAnswer answer = new OllamaAnswer(new OllamaErrors(null), sink);
    answer.begin("application/x-ndjson");
    answer.bytes(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    answer.end();
    return answer.reply();
  }

  private ProviderException failure(String... lines) {
    return catchThrowableOfType(ProviderException.class, () -> decode(lines));
  }

  @ParameterizedTest
  @CsvSource({"stop, STOP", "length, LENGTH", "load, OTHER", "unload, OTHER", "new, OTHER"})
  void done_isMapped(String reason, FinishReason mapped) throws Exception {
    Reply reply = decode("{\"model\":\"m\",\"done\":true,\"done_reason\":\"" + reason + "\"}");

    assertThat(reply).isEqualTo(new Reply(mapped, reason, null, "m", null));
  }

  @Test
  void done_withoutAReasonIsAStop() throws Exception {
    assertThat(decode("{\"done\":true}").finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void thinking_isReasoning() throws Exception {
    decode(
        "{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"Hm\"}}",
        "{\"message\":{\"content\":\"Hi\",\"thinking\":\"\"}}\r",
        "",
        "{\"done\":true,\"done_reason\":\"stop\"}");

    assertThat(sink.reasoning()).isEqualTo("Hm");
    assertThat(sink.text()).isEqualTo("Hi");
  }

  @Test
  void toolCalls_areWholeAndNumberedThroughTheAnswer() throws Exception {
    Reply reply =
        decode(
            "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"look\","
                + "\"arguments\":{\"b\":{\"c\":[1.50,\"é\"]},\"a\":null}}}]},\"done\":false}",
            "{\"message\":{\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"wait\"}},"
                + "{\"id\":\"x\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]}}",
            "{\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3}");

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, "call_0", "look", "{\"b\":{\"c\":[1.50,\"é\"]},\"a\":null}"),
            new ToolCall(1, "call_1", "wait", "{}"),
            new ToolCall(2, "x", "look", "{}"));
    assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(reply.usage()).isEqualTo(new Usage(3L, null, null, null, null));
  }

  @Test
  void error_endsTheAnswerWithoutItsWords() {
    ProviderException failure =
        failure("{\"message\":{\"content\":\"Hi\"}}", "{\"error\":\"canary: out of memory\"}");

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure).hasMessage("the provider broke off with an error");
    assertThat(sink.text()).isEqualTo("Hi");
  }

  @Test
  void error_ofALongPromptIsTold() {
    assertThat(failure("{\"error\":\"the input length exceeds the context length\"}").code())
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
  }

  @Test
  void end_withoutDoneIsTruncated() {
    assertThat(failure("{\"message\":{\"content\":\"Hi\"},\"done\":false}").code())
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(failure("{\"message\":{\"content\":\"Hi\"}}", "{\"done\":tr").code())
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void line_thatIsNoObjectIsUnavailable() {
    assertThat(failure("<html>", "").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure("[1]", "").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void line_afterDoneIsNotLookedAt() throws Exception {
    decode("{\"done\":true}", "{\"message\":{\"content\":\"Hi\"}}", "{");

    assertThat(sink.text()).isEmpty();
  }
}
