package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Amazon Bedrock by {@code ConverseStream}, the same for all models behind it.
 *
 * <p>Thread-safe.
 */
public final class BedrockProvider implements Provider {
  private final String models;
  private final Supplier<? extends BedrockKey> key;
  private final ProviderHttpClient http;

  /**
   * @param baseUrl without {@code /model}, such as {@code
   *     https://bedrock-runtime.us-east-1.amazonaws.com}
   * @param key asked before each request, so that it may change
   */
  public BedrockProvider(URI baseUrl, Supplier<? extends BedrockKey> key, ProviderHttpClient http) {
    String base = baseUrl.toString();
    this.models = (base.endsWith("/") ? base : base + "/") + "model/";
    this.key = key;
    this.http = http;
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    URI uri = URI.create(models + segment(request.model()) + "/converse-stream");
    byte[] body = BedrockRequest.json(request, sink);
    BedrockKey asking = key.get();
    Map<String, String> headers = new HashMap<>(asking.headers(uri, body));
    headers.put("Accept", "application/vnd.amazon.eventstream");
    BedrockAnswer answer = new BedrockAnswer(new BedrockErrors(asking.secret()), sink);
    http.post(uri, headers, body, request.deadlineNanos(), answer);
    return answer.reply();
  }

  /** Names hold {@code :}, and those of inference profiles {@code /}. */
  private static String segment(String model) throws ProviderException {
    if (model.chars().allMatch(c -> c == '.')) { // not a name but another path
      throw new ProviderException(FailureCode.PROVIDER_REJECTED, "there is no model of that name");
    }
    return URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return "BedrockProvider[" + URI.create(models).getHost() + "]";
  }
}
