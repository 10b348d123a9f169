package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.worker.provider.HttpProviderContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class AnthropicProviderTest extends HttpProviderContract {
  @Override
  protected Provider provider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    return new AnthropicProvider(baseUrl, apiKey, http);
  }

  @Override
  protected String beginning() {
    return """
    event: message_start
    data: {"type":"message_start","message":{"id":"m","model":"some-model"}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

    """;
  }

  @Override
  protected String finish() {
    return """
    event: message_delta
    data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}

    """;
  }

  @Override
  protected String keepAlive() {
    return "event: ping\ndata: {\"type\": \"ping\"}\n\n";
  }

  @Override
  protected String requestLine() {
    return "POST /v1/messages HTTP/1.1";
  }

  @Override
  protected String keyLine(String key) {
    return "x-api-key: " + key;
  }

  @Override
  protected String refusal(String word) {
    return "{\"type\":\"error\",\"error\":{\"type\":\"" + word + "\",\"message\":\"no\"}}";
  }
}
