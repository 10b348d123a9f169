package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The few requests that scenarios make beside the load. Thread-safe. */
final class Api implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI gateway;

  Api(URI gateway) {
    this.gateway = gateway;
  }

  /** Hands in a turn; returns when it is accepted. */
  void submit(String session, String model) throws IOException, InterruptedException {
    post("/api/chat/" + session, body(model, false), 202);
  }

  /** Hands in a turn and reads it to its end. */
  void complete(String session, String model) throws IOException, InterruptedException {
    post("/api/chat/" + session, body(model, true), 200);
  }

  void cancel(String session) throws IOException, InterruptedException {
    post("/api/chat/" + session + "/cancel", "{}", 200);
  }

  private static String body(String model, boolean stream) {
    return "{\"message\":\"Say tokens.\",\"model\":\"%s\",\"stream\":%s}".formatted(model, stream);
  }

  private void post(String path, String body, int expected)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != expected) {
      throw new IllegalStateException(
          "%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
    }
  }

  /** What a URL answers; null for 404. */
  @Nullable String get(URI url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(PATIENCE).build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    return answer.statusCode() == 404 ? null : answer.body();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
