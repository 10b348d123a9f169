package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.SseAnswer;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks Anthropic's Messages with {@code stream: true}.
 *
 * <p>Thread-safe.
 */
public final class AnthropicProvider implements Provider {
  private static final String VERSION = "2023-06-01";

  private final URI messages;
  private final Supplier<@Nullable String> apiKey;
  private final ProviderHttpClient http;

  /**
   * @param baseUrl without {@code /v1/messages}, such as {@code https://api.anthropic.com}
   * @param apiKey asked before each request, so that it may change; gives null for a server without
   *     keys
   */
  public AnthropicProvider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    String base = baseUrl.toString();
    this.messages = URI.create((base.endsWith("/") ? base : base + "/") + "v1/messages");
    this.apiKey = apiKey;
    this.http = http;
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    String key = apiKey.get();
    Map<String, String> headers =
        key == null
            ? Map.of("Accept", "text/event-stream", "anthropic-version", VERSION)
            : Map.of("Accept", "text/event-stream", "anthropic-version", VERSION, "x-api-key", key);
    AnthropicErrors errors = new AnthropicErrors(key);
    SseAnswer answer = new SseAnswer(errors, new AnthropicDecoder(errors, sink));
    byte[] body = AnthropicRequest.json(request, sink);
    http.post(messages, headers, body, request.deadlineNanos(), answer);
    return answer.reply();
  }

  @Override
  public String toString() {
    return "AnthropicProvider[" + messages.getHost() + "]";
  }
}
