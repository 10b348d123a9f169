package io.streamrelay.worker.provider.ollama;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ollama by {@code /api/chat}, its own API: it says more there than by OpenAI's.
 *
 * <p>Thread-safe.
 */
public final class OllamaProvider implements Provider {
  private final URI chat;
  private final Supplier<@Nullable String> apiKey;
  private final ProviderHttpClient http;

  /**
   * @param baseUrl without {@code /api/chat}, such as {@code http://127.0.0.1:11434}
   * @param apiKey asked before each request, so that it may change; gives null for a server without
   *     keys
   */
  public OllamaProvider(URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    String base = baseUrl.toString();
    this.chat = URI.create((base.endsWith("/") ? base : base + "/") + "api/chat");
    this.apiKey = apiKey;
    this.http = http;
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    String key = apiKey.get();
    Map<String, String> headers =
        key == null
            ? Map.of("Accept", "application/x-ndjson")
            : Map.of("Accept", "application/x-ndjson", "Authorization", "Bearer " + key);
    OllamaAnswer answer = new OllamaAnswer(new OllamaErrors(key), sink);
    http.post(chat, headers, OllamaRequest.json(request, sink), request.deadlineNanos(), answer);
    return answer.reply();
  }

  @Override
  public String toString() {
    return "OllamaProvider[" + chat.getHost() + "]";
  }
}
