package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.RecordingsContract;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class GeminiRecordingsTest extends RecordingsContract {
  GeminiRecordingsTest() {
    super("gemini");
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    GeminiErrors errors = new GeminiErrors(null);
    return new SseAnswer(errors, new GeminiDecoder(errors, sink));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new GeminiProvider(baseUrl, () -> "sk-canary", http);
  }

  /** Thoughts are output like the answer itself. */
  @Override
  protected Usage usage(JsonNode usage) {
    Long thoughts = count(usage.path("thoughtsTokenCount"));
    long candidates = usage.get("candidatesTokenCount").asLong();
    return new Usage(
        count(usage.path("promptTokenCount")),
        candidates + (thoughts == null ? 0 : thoughts),
        count(usage.path("totalTokenCount")),
        count(usage.path("cachedContentTokenCount")),
        thoughts);
  }

  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return anyToolCall ? "tool_calls" : "stop";
  }

  /** They come as an object, and are written without spaces. */
  @Override
  protected String arguments(String recorded) {
    return new JsonMapper().readTree(recorded).toString();
  }

  @Override
  protected @Nullable String recordedId(@Nullable String heard) {
    return heard != null && heard.startsWith("call_") ? null : heard;
  }

  @Override
  protected boolean finishes(String line) {
    return line.contains("\"finishReason\":");
  }
}
