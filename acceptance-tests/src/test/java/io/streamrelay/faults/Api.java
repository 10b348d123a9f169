package io.streamrelay.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the native API that repeats nothing by itself. Thread-safe. */
final class Api {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  private Api() {}

  /**
   * An answer.
   *
   * @param status 0: there was none
   * @param retryAfter as it came; empty: none
   * @param took until it was there
   */
  record Answer(int status, String retryAfter, JsonNode body, Duration took) {
    String turn() {
      return body.path("turnId").asString("");
    }
  }

  /**
   * @param key the idempotency key
   */
  static Answer submit(String gateway, String session, String key, String message, String model)
      throws InterruptedException {
    String body = JSON.createObjectNode().put("message", message).put("model", model).toString();
    return send(
        HttpRequest.newBuilder(URI.create(gateway + "/api/chat/" + session))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  static Answer cancel(String gateway, String session, String turn) throws InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(gateway + "/api/chat/" + session + "/cancel"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"turnId\":\"" + turn + "\"}")));
  }

  /** The turn's resource, when it is over or after some seconds. */
  static Answer turn(String gateway, String session, String turn) throws InterruptedException {
    return send(
        HttpRequest.newBuilder(
            URI.create(gateway + "/api/chat/" + session + "/turns/" + turn + "?wait=10")));
  }

  private static Answer send(HttpRequest.Builder request) throws InterruptedException {
    long began = System.nanoTime();
    try {
      HttpResponse<String> answer =
          HTTP.send(
              request.timeout(Duration.ofSeconds(30)).build(),
              HttpResponse.BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(),
          answer.headers().firstValue("retry-after").orElse(""),
          answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body()),
          Duration.ofNanos(System.nanoTime() - began));
    } catch (IOException e) {
      return new Answer(0, "", JSON.nullNode(), Duration.ofNanos(System.nanoTime() - began));
    }
  }
}
