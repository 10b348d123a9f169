package io.streamrelay.worker.provider.gemini;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks Gemini's {@code streamGenerateContent} with {@code alt=sse}.
 *
 * <p>Thread-safe.
 */
public final class GeminiProvider implements Provider {
  private final String models;
  private final Supplier<@Nullable String> apiKey;
  private final ProviderHttpClient http;

  /**
   * @param baseUrl without {@code /v1beta}, such as {@code
   *     https://generativelanguage.googleapis.com}
   * @param apiKey asked before each request, so that it may change; gives null for a server without
   *     keys
   */
  public GeminiProvider(URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    String base = baseUrl.toString();
    this.models = (base.endsWith("/") ? base : base + "/") + "v1beta/models/";
    this.apiKey = apiKey;
    this.http = http;
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    String key = apiKey.get();
    Map<String, String> headers =
        key == null
            ? Map.of("Accept", "text/event-stream")
            : Map.of("Accept", "text/event-stream", "x-goog-api-key", key);
    GeminiErrors errors = new GeminiErrors(key);
    SseAnswer answer = new SseAnswer(errors, new GeminiDecoder(errors, sink));
    byte[] body = GeminiRequest.json(request, sink);
    http.post(uri(request.model()), headers, body, request.deadlineNanos(), answer);
    return answer.reply();
  }

  /** The model's name may be a caller's: nothing of it gets out of its place. */
  private URI uri(String model) {
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    return URI.create(models + name + ":streamGenerateContent?alt=sse");
  }

  @Override
  public String toString() {
    return "GeminiProvider[" + URI.create(models).getHost() + "]";
  }
}
