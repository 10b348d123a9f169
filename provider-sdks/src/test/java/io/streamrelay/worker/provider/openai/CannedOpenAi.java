package io.streamrelay.worker.provider.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;
import com.openai.core.RequestOptions;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/**
 * OpenAI's SDK before a server that always answers the same, without a network: what is left is
 * what the SDK does with the bytes.
 */
final class CannedOpenAi {
  private final OpenAIClient client;

  CannedOpenAi(byte[] body) {
    client =
        new OpenAIClientImpl(
            ClientOptions.builder().apiKey("sk-benchmark").httpClient(new Canned(body)).build());
  }

  OpenAIClient client() {
    return client;
  }

  private record Canned(byte[] body) implements HttpClient {
    @Override
    public HttpResponse execute(HttpRequest request, RequestOptions options) {
      return new Answer(new ByteArrayInputStream(body));
    }

    @Override
    public CompletableFuture<HttpResponse> executeAsync(
        HttpRequest request, RequestOptions options) {
      return CompletableFuture.completedFuture(execute(request, options));
    }

    @Override
    public void close() {}
  }

  private record Answer(InputStream body) implements HttpResponse {
    @Override
    public int statusCode() {
      return 200;
    }

    @Override
    public Headers headers() {
      return Headers.builder().put("content-type", "text/event-stream").build();
    }

    @Override
    public void close() {}
  }
}
