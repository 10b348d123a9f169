package io.streamrelay.worker.provider.openai;

import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** A chat completion decoded by us, and the same bytes by OpenAI's own SDK, in the same run. */
public class OpenAiSdkBenchmark extends OpenAiChatBenchmark {
  private final ChatCompletionCreateParams question =
      ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Hi").build();
  private final CannedOpenAi sdk = new CannedOpenAi(bytes());

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public void frameBySdk(Blackhole hole) {
    try (var answer = sdk.client().chat().completions().createStreaming(question)) {
      answer.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .map(ChatCompletionChunk.Choice::delta)
          .forEach(delta -> delta.content().ifPresent(hole::consume));
    }
  }
}
