package io.streamrelay.client;

import io.streamrelay.client.wire.JsonObject;
import io.streamrelay.client.wire.MalformedAnswerException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers that aren't what was asked for, as exceptions. */
final class Refusal {
  private static final int MOST_BYTES = 65_536;
  private static final Duration MOST_TIME = Duration.ofSeconds(5);

  private Refusal() {}

  /** Reads its body, as far as it comes in time. */
  static RelayException of(HttpResponse<Body> response) throws InterruptedException {
    int status = response.statusCode();
    JsonObject problem = problem(response.body());
    String detail = text(problem, "detail");
    String code = text(problem, "code");
    String requestId = response.headers().firstValue("x-request-id").orElse(null);
    return new RelayException(
        code != null ? code : status < 400 ? RelayException.UNEXPECTED_ANSWER : "unknown",
        status,
        detail != null ? detail : explained(response),
        response.headers().firstValue("retry-after").map(Refusal::wait).orElse(null),
        requestId != null ? requestId : text(problem, "requestId"),
        problem.fields(),
        null,
        null);
  }

  private static JsonObject problem(Body body) throws InterruptedException {
    try {
      return JsonObject.read(new String(body.all(MOST_BYTES, MOST_TIME), StandardCharsets.UTF_8));
    } catch (IOException | MalformedAnswerException e) {
      return new JsonObject(Map.of()); // the status says enough
    } finally {
      body.close();
    }
  }

  private static @Nullable String text(JsonObject problem, String name) {
    return problem.fields().get(name) instanceof String text ? text : null;
  }

  private static String explained(HttpResponse<Body> response) {
    int status = response.statusCode();
    String type = response.headers().firstValue("content-type").orElse("nothing");
    if (status >= 300 && status < 400) {
      return "redirected, which no gateway does: is the base URI the gateway's?";
    }
    return status < 400
        ? "answered by %s, which no gateway does here: is the base URI the gateway's?"
            .formatted(type)
        : "refused by something that says no more: is a proxy between?";
  }

  /** Of Retry-After: seconds, or a date; null of anything else. */
  private static @Nullable Duration wait(String header) {
    String value = header.strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
