package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.error.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A message to a client that isn't an event, field by field. Not thread-safe. */
final class Answer {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, Object> fields = new LinkedHashMap<>();

  private Answer(String type) {
    fields.put("type", type);
  }

  static Answer of(String type) {
    return new Answer(type);
  }

  /** As the body of a refused request has it, with {@code retryAfter} in seconds. */
  static Answer error(Problem problem, @Nullable String requestId) {
    Answer error =
        of("error")
            .with("requestId", requestId)
            .with("code", problem.code().wire())
            .with("status", problem.status())
            .with("detail", problem.detail());
    problem.fields().forEach(error::with);
    String after = problem.headers().get("Retry-After");
    return after == null ? error : error.with("retryAfter", Integer.valueOf(after));
  }

  /** A value, of which null is left out. Ids as they are written. */
  Answer with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  /** In UTF-8. */
  byte[] bytes() {
    return JSON.writeValueAsBytes(fields);
  }
}
