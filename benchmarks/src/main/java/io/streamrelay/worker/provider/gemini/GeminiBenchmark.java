package io.streamrelay.worker.provider.gemini;

import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.SseAnswer;

/** Gemini's {@code streamGenerateContent}, which repeats its counts in each frame. */
public class GeminiBenchmark extends AnswerBenchmark {
  public GeminiBenchmark() {
    super("", frame(""), frame(",\"finishReason\": \"STOP\""));
  }

  private static String frame(String finish) {
    return """
    data: {"candidates": [{"content": {"parts": [{"text": " word"}],"role": "model"}%s}],\
    "usageMetadata": {"promptTokenCount": 15,"totalTokenCount": 15,"promptTokensDetails": \
    [{"modality": "TEXT","tokenCount": 15}]},"modelVersion": "gemini-2.0-flash-exp",\
    "responseId": "w1peaMz6INOvnvgPgYfPiQY"}

    """
        .formatted(finish);
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    GeminiErrors errors = new GeminiErrors(null);
    return new SseAnswer(errors, new GeminiDecoder(errors, sink));
  }
}
