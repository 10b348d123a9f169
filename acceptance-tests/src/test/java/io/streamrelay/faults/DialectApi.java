package io.streamrelay.faults;

import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.KeyProperties;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What clients of all dialects have beside their streams: a key, and the JSON API. Thread-safe.
 *
 * @param key an API key
 */
record DialectApi(String key) {
  /** How often a client comes again while a gateway has no room. */
  static final int MOST_REPEATS = 10;

  private static final AtomicInteger REPEATS = new AtomicInteger();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  /** With a key of its own. */
  static DialectApi of(FaultySystem system, String pepper, String caller) throws Exception {
    KeyProperties settings =
        new KeyProperties(pepper, null, Duration.ofSeconds(15), Duration.ZERO, 10);
    ApiKey made = ApiKey.make();
    try (Connection database = system.database();
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO api_keys (id, prefix, hash, caller, name)"
                    + " VALUES (gen_random_uuid(), ?, ?, ?, 'test')")) {
      insert.setString(1, made.prefix());
      insert.setString(2, settings.readPepper().hash(made));
      insert.setString(3, caller);
      insert.execute();
    }
    return new DialectApi(made.reveal());
  }

  List<String> headers(String... more) {
    return Stream.concat(Stream.of("Authorization: Bearer " + key), Stream.of(more)).toList();
  }

  /**
   * The answer's body. Anything but 2xx throws; after 503 it is sent again.
   *
   * @param idempotencyKey under which that is the same submission
   */
  JsonNode post(URI gateway, String path, String idempotencyKey, String body) throws Exception {
    return send(
        request(gateway, path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  JsonNode get(URI gateway, String path) throws Exception {
    return send(request(gateway, path));
  }

  void delete(URI gateway, String path) throws Exception {
    send(request(gateway, path).DELETE());
  }

  /** A stream token for a session. */
  String token(URI gateway, String session) throws Exception {
    return post(gateway, "/api/stream-tokens", "none", "{\"session\":\"" + session + "\"}")
        .path("token")
        .asString();
  }

  /** What is saved of the session's only answer. */
  String saved(URI gateway, String session) throws Exception {
    StringBuilder text = new StringBuilder();
    for (JsonNode message : get(gateway, "/api/chat/" + session + "/messages").path("items")) {
      if (message.path("role").asString().equals("assistant")) {
        for (JsonNode part : message.path("parts")) {
          text.append(
              part.path("type").asString().equals("text") ? part.path("text").asString() : "");
        }
      }
    }
    return text.toString();
  }

  /** The status of an answer that needs no key. */
  static int status(URI gateway, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve(path)).timeout(Duration.ofSeconds(30)).build();
    HttpResponse<InputStream> answer = HTTP.send(request, BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }

  private HttpRequest.Builder request(URI gateway, String path) {
    return HttpRequest.newBuilder(gateway.resolve(path))
        .header("Authorization", "Bearer " + key)
        .timeout(Duration.ofSeconds(60));
  }

  private static JsonNode send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    for (int i = 0; i < MOST_REPEATS && answer.statusCode() == 503; i++) {
      comeLater(answer.headers().firstValue("Retry-After").orElse(""));
      answer = HTTP.send(request.build(), BodyHandlers.ofString());
    }
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
  }

  /** Waits as it was told to. */
  static void comeLater(String retryAfter) throws InterruptedException {
    REPEATS.incrementAndGet();
    Thread.sleep(Duration.ofSeconds(Long.parseLong(retryAfter)));
  }

  /** How often anything was sent again. */
  static int repeats() {
    return REPEATS.get();
  }
}
