package io.streamrelay.worker.provider.responses;

import io.streamrelay.worker.provider.HttpProviderContract;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.openai.KeyHeader;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class ResponsesProviderTest extends HttpProviderContract {
  @Override
  protected Provider provider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    return new ResponsesProvider(baseUrl, apiKey, KeyHeader.AUTHORIZATION, false, http);
  }

  @Override
  protected String beginning() {
    return """
    event: response.created
    data: {"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}

    event: response.output_text.delta
    data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}

    """;
  }

  @Override
  protected String finish() {
    return """
    event: response.completed
    data: {"type":"response.completed","response":{"id":"resp_1","status":"completed"}}

    """;
  }

  @Override
  protected String keepAlive() {
    return "data: {\"type\": \"keepalive\", \"sequence_number\": 4}\n\n";
  }

  @Override
  protected String requestLine() {
    return "POST /responses HTTP/1.1";
  }

  @Override
  protected String keyLine(String key) {
    return "Authorization: Bearer " + key;
  }

  @Override
  protected String refusal(String word) {
    return "{\"error\":{\"code\":\"" + word + "\",\"message\":\"no\"}}";
  }
}
