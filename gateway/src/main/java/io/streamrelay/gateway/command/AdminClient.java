package io.streamrelay.gateway.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway's admin API. Each call is bounded in time. Not thread-safe. */
final class AdminClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final URI url;
  private final @Nullable String key;

  /**
   * @param key null: none is sent
   */
  AdminClient(URI url, @Nullable String key) {
    this.url = url;
    this.key = key;
  }

  /** It came to nothing; the message says why, in one sentence for people. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String sentence) {
      super(sentence);
    }
  }

  JsonNode get(String path) throws RefusedException, InterruptedException {
    return send("GET", path, null);
  }

  /**
   * @param body null: none
   */
  JsonNode post(String path, @Nullable JsonNode body)
      throws RefusedException, InterruptedException {
    return send("POST", path, body);
  }

  private JsonNode send(String method, String path, @Nullable JsonNode body)
      throws RefusedException, InterruptedException {
    BodyPublisher content =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER).method(method, content);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    HttpResponse<String> answer;
    try {
      answer = http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      String why = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
      throw new RefusedException(
          "No gateway answers at " + url + why + "; say where it is with --url.");
    }
    JsonNode json = json(answer.body());
    if (answer.statusCode() >= 300 || json == null) {
      throw new RefusedException(refusal(answer.statusCode(), json));
    }
    return json;
  }

  private static @Nullable JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      return null;
    }
  }

  private String refusal(int status, @Nullable JsonNode problem) {
    String detail = problem == null ? "" : problem.path("detail").asString("");
    String code = problem == null ? "" : problem.path("code").asString("");
    return switch (status) {
      case 401 ->
          "The gateway wants an API key with the admin right ("
              + detail
              + "); put one into STREAM_RELAY_KEY or name its file with --key-file. key create"
              + " --caller NAME --admin makes one.";
      case 403 ->
          "This API key may not do that ("
              + detail
              + "); key create --caller NAME --admin makes one that may.";
      default ->
          detail.isEmpty()
              ? "What answers at " + url + " is no gateway of this version: status " + status + "."
              : detail + " (" + status + " " + code + ").";
    };
  }

  @Override
  public void close() {
    http.close();
  }
}
