package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.anthropic.AnthropicBenchmark;
import io.streamrelay.worker.provider.bedrock.BedrockBenchmark;
import io.streamrelay.worker.provider.gemini.GeminiBenchmark;
import io.streamrelay.worker.provider.ollama.OllamaBenchmark;
import io.streamrelay.worker.provider.openai.OpenAiChatBenchmark;
import io.streamrelay.worker.provider.responses.ResponsesBenchmark;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is measured is an answer that is really decoded. */
final class AnswerBenchmarkTest {
  static Stream<AnswerBenchmark> benchmarks() {
    return Stream.of(
        new OpenAiChatBenchmark(),
        new ResponsesBenchmark(),
        new AnthropicBenchmark(),
        new GeminiBenchmark(),
        new BedrockBenchmark(),
        new OllamaBenchmark());
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void frames_areAllDecoded(AnswerBenchmark benchmark) throws Exception {
    Heard heard = new Heard();

    Reply reply = benchmark.decode(heard);

    assertThat(heard.text.toString().trim().split(" "))
        .hasSizeBetween(AnswerBenchmark.FRAMES, AnswerBenchmark.FRAMES + 1)
        .containsOnly("word");
    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
  }

  private static final class Heard implements DeltaSink {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void text(String delta) {
      text.append(delta);
    }

    @Override
    public void reasoning(String delta) {}

    @Override
    public void toolCall(ToolCall piece) {}

    @Override
    public CompletableFuture<Void> room() {
      return ROOM;
    }
  }
}
