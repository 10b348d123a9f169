package io.streamrelay.worker.provider.openai;

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
 * A server that speaks OpenAI's chat completions with {@code stream: true}: OpenAI itself, and the
 * many that took over its format more or less exactly.
 *
 * <p>Thread-safe.
 */
public final class OpenAiChatProvider implements Provider {
  private final URI completions;
  private final Supplier<@Nullable String> apiKey;
  private final OpenAiQuirks quirks;
  private final ProviderHttpClient http;

  /**
   * @param baseUrl without {@code /chat/completions}, such as {@code https://api.openai.com/v1}
   * @param apiKey asked before each request, so that it may change; gives null for a server without
   *     keys
   */
  public OpenAiChatProvider(
      URI baseUrl,
      Supplier<@Nullable String> apiKey,
      OpenAiQuirks quirks,
      ProviderHttpClient http) {
    String base = baseUrl.toString();
    this.completions = URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
    this.apiKey = apiKey;
    this.quirks = quirks;
    this.http = http;
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    String key = apiKey.get();
    Map<String, String> headers = quirks.keyHeader().with(key, "text/event-stream");
    OpenAiErrors errors = new OpenAiErrors(key);
    SseAnswer answer = new SseAnswer(errors, new OpenAiChatDecoder(errors, sink));
    byte[] body = OpenAiChatRequest.json(request, quirks, sink);
    http.post(completions, headers, body, request.deadlineNanos(), answer);
    return answer.reply();
  }

  @Override
  public String toString() {
    return "OpenAiChatProvider[" + completions.getHost() + "]";
  }
}
