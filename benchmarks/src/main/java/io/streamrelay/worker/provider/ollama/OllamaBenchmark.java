package io.streamrelay.worker.provider.ollama;

import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;

/** Ollama's lines. */
public class OllamaBenchmark extends AnswerBenchmark {
  private static final String LINE =
      """
      {"model":"llama3","created_at":"2024-05-24T20:57:43.314639Z",\
      "message":{"role":"assistant","content":" word"},"done":false}
      """;
  private static final String LAST =
      """
      {"model":"llama3","created_at":"2024-05-24T20:57:47.314639Z",\
      "message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",\
      "total_duration":1,"prompt_eval_count":15,"eval_count":200}
      """;

  public OllamaBenchmark() {
    super("application/x-ndjson", utf8(LINE.repeat(FRAMES) + LAST));
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    return new OllamaAnswer(new OllamaErrors(null), sink);
  }
}
