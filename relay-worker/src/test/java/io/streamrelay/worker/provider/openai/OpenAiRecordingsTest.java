package io.streamrelay.worker.provider.openai;

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

final class OpenAiRecordingsTest extends RecordingsContract {
  OpenAiRecordingsTest() {
    super("openai-chat");
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    OpenAiErrors errors = new OpenAiErrors(null);
    return new SseAnswer(errors, new OpenAiChatDecoder(errors, sink));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new OpenAiChatProvider(baseUrl, () -> OpenAi.KEY, OpenAiQuirks.of(baseUrl), http);
  }

  @Override
  protected Usage usage(JsonNode usage) {
    JsonNode cached = usage.path("prompt_tokens_details").path("cached_tokens");
    return new Usage(
        count(usage.path("prompt_tokens")),
        count(usage.path("completion_tokens")),
        count(usage.path("total_tokens")),
        cached.isNumber() ? count(cached) : count(usage.path("prompt_cache_hit_tokens")),
        count(usage.path("completion_tokens_details").path("reasoning_tokens")));
  }

  /** Where a provider sent [DONE] alone, the reason follows from what it said. */
  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return raw != null ? raw : anyToolCall ? "tool_calls" : "stop";
  }

  @Override
  protected boolean finishes(String line) {
    boolean finish = line.contains("\"finish_reason\":\"") || line.contains("[DONE]");
    return finish || line.contains("\"error\":{") || line.startsWith("event: error");
  }
}
