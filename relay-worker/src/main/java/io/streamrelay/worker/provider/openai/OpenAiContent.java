package io.streamrelay.worker.provider.openai;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Text and reasoning of one frame: strings, or arrays of typed parts that may nest. Not
 * thread-safe: owned by the frame.
 */
final class OpenAiContent {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();

  void clear() {
    text.setLength(0);
    reasoning.setLength(0);
  }

  String text() {
    return text.toString();
  }

  String reasoning() {
    return reasoning.toString();
  }

  /** Takes the value of {@code content}. */
  void text(JsonParser json, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      add(json.getString(), false);
    } else if (value == JsonToken.START_ARRAY) {
      parts(json, false);
    }
  }

  /**
   * Takes the value of a property that holds reasoning. Some servers send it under two names at
   * once: the first counts.
   */
  void reasoning(JsonParser json, JsonToken value) {
    if (!reasoning.isEmpty()) {
      return;
    }
    if (value == JsonToken.VALUE_STRING) {
      add(json.getString(), true);
    } else if (value == JsonToken.START_ARRAY) {
      parts(json, true);
    }
  }

  private void parts(JsonParser json, boolean thinking) {
    JsonToken element;
    while ((element = json.nextToken()) != JsonToken.END_ARRAY && element != null) {
      if (element == JsonToken.VALUE_STRING) {
        add(json.getString(), thinking);
      } else if (element == JsonToken.START_OBJECT) {
        part(json, thinking);
      } else {
        json.skipChildren();
      }
    }
  }

  /** {@code {"type": "text", "text": …}} or {@code {"type": "thinking", "thinking": […]}}. */
  private void part(JsonParser json, boolean thinking) {
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      boolean inner = thinking || name.equals("thinking") || name.equals("reasoning");
      if (inner && !name.equals("type") || name.equals("text")) {
        if (value == JsonToken.VALUE_STRING) {
          add(json.getString(), inner);
        } else if (value == JsonToken.START_ARRAY) {
          parts(json, inner);
        }
      }
      json.skipChildren();
    }
  }

  private void add(String piece, boolean thinking) {
    (thinking ? reasoning : text).append(piece);
  }
}
