package io.streamrelay.client;

import io.streamrelay.client.wire.JsonObject;
import io.streamrelay.client.wire.MalformedAnswerException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for JSON, again where there is no answer or a passing error: so only what may be repeated.
 * Thread-safe.
 */
final class Calls {
  private static final int MOST_BYTES = 64 << 20;
  private static final String JSON = "application/json";

  private final Gateway gateway;

  Calls(Gateway gateway) {
    this.gateway = gateway;
  }

  /**
   * @param body JSON; null: none
   * @param idempotencyKey null: none
   * @param more time that the gateway may take before it answers
   */
  private record Call(
      String method,
      String path,
      @Nullable String body,
      @Nullable String idempotencyKey,
      Duration more) {}

  <T> T get(String path, Function<JsonObject, T> reading) {
    return get(path, Duration.ZERO, reading);
  }

  <T> T get(String path, Duration more, Function<JsonObject, T> reading) {
    return read(new Call("GET", path, null, null, more), read(reading));
  }

  /** What isn't an object. */
  <T> T getAny(String path, Function<String, T> reading) {
    return read(new Call("GET", path, null, null, Duration.ZERO), reading);
  }

  <T> T send(String method, String path, String body, Function<JsonObject, T> reading) {
    return read(new Call(method, path, body, null, Duration.ZERO), read(reading));
  }

  <T> T submit(String path, String body, String idempotencyKey, Function<JsonObject, T> reading) {
    try {
      return read(new Call("POST", path, body, idempotencyKey, Duration.ZERO), read(reading));
    } catch (RelayException e) {
      throw e.of(idempotencyKey);
    }
  }

  void delete(String path) {
    read(new Call("DELETE", path, null, null, Duration.ZERO), text -> text);
  }

  private static <T> Function<String, T> read(Function<JsonObject, T> reading) {
    return text -> reading.apply(JsonObject.read(text));
  }

  private <T> T read(Call call, Function<String, T> reading) {
    String text = patiently(call);
    try {
      return reading.apply(text);
    } catch (MalformedAnswerException e) {
      String where = call.method() + " " + call.path();
      throw RelayException.unexpected(200, where + ": " + e.getMessage(), e);
    }
  }

  private String patiently(Call call) {
    Life life = gateway.begin();
    try {
      for (int failures = 1; ; failures++) {
        RelayException failure;
        try {
          return once(call, life);
        } catch (RelayException e) {
          failure = e;
        } catch (IOException e) {
          failure = gateway.noAnswer(e);
        } finally {
          life.letGo();
        }
        if (!life.isOver()) {
          gateway.patience().bear(failure, failures, null, life);
        }
        if (life.isOver()) {
          throw Gateway.closedException();
        }
      }
    } catch (InterruptedException e) {
      throw CallInterruptedException.of(e);
    } finally {
      life.end();
    }
  }

  private String once(Call call, Life life) throws IOException, InterruptedException {
    Duration atMost = gateway.timeout().plus(call.more());
    long until = System.nanoTime() + atMost.toNanos();
    HttpResponse<Body> response = gateway.send(request(call), atMost, life);
    int status = response.statusCode();
    if (status != 204 && (status / 100 != 2 || !isJson(response))) {
      throw Refusal.of(response);
    }
    Duration left = Duration.ofNanos(until - System.nanoTime());
    return new String(response.body().all(MOST_BYTES, left), StandardCharsets.UTF_8);
  }

  private HttpRequest request(Call call) {
    String body = call.body();
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest.Builder request =
        gateway.request(call.path(), JSON).method(call.method(), publisher);
    if (body != null) {
      request.header("Content-Type", JSON);
    }
    if (call.idempotencyKey() != null) {
      request.header("Idempotency-Key", call.idempotencyKey());
    }
    return request.build();
  }

  private static boolean isJson(HttpResponse<Body> response) {
    return response.headers().firstValue("content-type").orElse("").startsWith(JSON);
  }
}
