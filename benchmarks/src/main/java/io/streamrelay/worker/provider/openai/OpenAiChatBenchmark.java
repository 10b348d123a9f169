package io.streamrelay.worker.provider.openai;

import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.SseAnswer;

/** OpenAI's chat completions. */
public class OpenAiChatBenchmark extends AnswerBenchmark {
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
  protected FrameAnswer answer(DeltaSink sink) {
    OpenAiErrors errors = new OpenAiErrors(null);
    return new SseAnswer(errors, new OpenAiChatDecoder(errors, sink));
  }
}
