package io.streamrelay.worker.provider.openai;

import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.HttpAnswer;
import io.streamrelay.worker.provider.SseAnswer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** OpenAI's chat completions, and the same bytes by OpenAI's own SDK. */
public class OpenAiChatBenchmark extends AnswerBenchmark {
  private final ChatCompletionCreateParams question =
      ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Hi").build();
  private final CannedOpenAi sdk = new CannedOpenAi(bytes());

  public OpenAiChatBenchmark() {
    super(
        "", frame("{\"content\":\" word\"}", "null"), frame("{}", "\"stop\"") + "data: [DONE]\n\n");
  }

  private static String frame(String delta, String finish) {
    return """
    data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",\
    "created":1741569952,"model":"gpt-4.1-mini-2025-04-14","service_tier":"default",\
    "system_fingerprint":"fp_34a54ae93c","choices":[{"index":0,"delta":%s,\
    "logprobs":null,"finish_reason":%s}],"obfuscation":"x7Hq"}

    """
        .formatted(delta, finish);
  }

  @Override
  protected HttpAnswer answer(DeltaSink sink) {
    OpenAiErrors errors = new OpenAiErrors(null);
    return new SseAnswer(errors, new OpenAiChatDecoder(errors, sink));
  }

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
