package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.RecordingsContract;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

final class AnthropicRecordingsTest extends RecordingsContract {
  private static final Map<String, String> FINISH =
      Map.of("end_turn", "stop", "tool_use", "tool_calls", "refusal", "content_filter");

  AnthropicRecordingsTest() {
    super("anthropic");
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    AnthropicErrors errors = new AnthropicErrors(null);
    return new SseAnswer(errors, new AnthropicDecoder(errors, sink));
  }

  @Override
  protected Provider provider(URI baseUrl, ProviderHttpClient http) {
    return new AnthropicProvider(baseUrl, () -> "sk-canary", http);
  }

  /** What was read from a cache or written to it is input like any other. */
  @Override
  protected Usage usage(JsonNode usage) {
    long written = usage.path("cache_creation_input_tokens").asLong(0);
    long read = usage.path("cache_read_input_tokens").asLong(0);
    long input = usage.get("input_tokens").asLong() + written + read;
    long output = usage.get("output_tokens").asLong();
    return new Usage(
        input,
        output,
        input + output,
        count(usage.path("cache_read_input_tokens")),
        count(usage.path("output_tokens_details").path("thinking_tokens")));
  }

  @Override
  protected String finish(@Nullable String raw, boolean anyToolCall) {
    return FINISH.get(raw);
  }

  /** The type may stand beside the data, and the end alone is enough. */
  @Override
  protected boolean mayFinish(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.contains("message_stop") || text.replace(" ", "").contains("\"stop_reason\":\"");
  }

  @Override
  protected boolean finishes(String line) {
    return line.contains("\"type\":\"message_delta\"") && line.contains("\"stop_reason\":\"");
  }
}
