package io.streamrelay.gateway.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to the URL, each bounded in time, as a browser would send them: compression is welcome,
 * HTTP/2 where there is TLS. Thread-safe.
 */
final class Web implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final long MOST_BYTES = 4 << 20;

  private final URI url;
  private final @Nullable String key;
  private final HttpClient http;

  /**
   * @param key null: none is sent
   */
  Web(URI url, @Nullable String key) {
    this.url = url;
    this.key = key;
    this.http = client();
  }

  private HttpClient client() {
    boolean tls = "https".equals(url.getScheme());
    return HttpClient.newBuilder()
        .version(tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .build();
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), bounded());
  }

  /** By a connection of its own, so that a load balancer may choose anew. */
  HttpResponse<String> getAnew(String path) throws IOException, InterruptedException {
    try (HttpClient fresh = client()) {
      return fresh.send(request(path).build(), bounded());
    }
  }

  HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return http.send(request(path).DELETE().build(), bounded());
  }

  /** Whoever answers may have no end. */
  private static BodyHandler<String> bounded() {
    return BodyHandlers.limiting(BodyHandlers.ofString(), MOST_BYTES);
  }

  /**
   * Its body is to be closed.
   *
   * @param begun how long the headers may take
   */
  HttpResponse<InputStream> stream(String path, Map<String, String> headers, Duration begun)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).header("Accept-Encoding", "gzip").timeout(begun);
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  /** Its body is to be closed. */
  HttpResponse<InputStream> submit(String path, String body, String idempotencyKey)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Accept-Encoding", "gzip")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofInputStream());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER).GET();
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return request;
  }

  /** Null: it is none. */
  static @Nullable JsonNode json(String body) {
    try {
      return JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Cuts what is still open. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
