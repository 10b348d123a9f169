package io.streamrelay.gateway.doctor;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event as it came.
 *
 * @param nanos when the read returned that completed it, by {@link System#nanoTime}
 * @param type empty: a comment, or {@code retry:} alone
 * @param id null: it has none
 */
record Arrival(long nanos, String type, @Nullable String id, String data) {
  boolean terminal() {
    return type.equals("end") || type.equals("error") || type.equals("cancel");
  }

  /** Whether it says a piece of the answer. */
  boolean piece() {
    return type.equals("text") || type.equals("reasoning") || type.equals("tool_call");
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(data);
  }
}
