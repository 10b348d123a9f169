package io.streamrelay.worker.provider.ollama;

import io.streamrelay.worker.provider.HttpProviderContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class OllamaProviderTest extends HttpProviderContract {
  @Override
  protected Provider provider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    return new OllamaProvider(baseUrl, apiKey, http);
  }

  @Override
  protected String beginning() {
    return """
    {"model":"some-model","message":{"role":"assistant","content":"Hel"},"done":false}
    """;
  }

  @Override
  protected String finish() {
    return """
    {"model":"some-model","message":{"content":""},"done":true,"done_reason":"stop"}
    """;
  }

  /** It has none: a line that says nothing. */
  @Override
  protected String keepAlive() {
    return "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n";
  }

  @Override
  protected String comment() {
    return "\n";
  }

  @Override
  protected String requestLine() {
    return "POST /api/chat HTTP/1.1";
  }

  @Override
  protected String keyLine(String key) {
    return "Authorization: Bearer " + key;
  }

  @Override
  protected String refusal(String word) {
    return "{\"error\":\"" + word + "\"}";
  }
}
