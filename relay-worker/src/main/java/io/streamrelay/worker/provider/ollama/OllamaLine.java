package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.ProviderError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one line says, read token by token: no tree is built on the way of a delta. Read again for
 * each line.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class OllamaLine {
  private final List<Call> calls = new ArrayList<>();
  private String content = "";
  private String thinking = "";
  private @Nullable String model;
  private @Nullable String doneReason;
  private @Nullable Long input;
  private @Nullable Long output;
  private @Nullable ProviderError error;
  private boolean done;

  /** A tool call, whole. */
  record Call(@Nullable String id, @Nullable String name, String arguments) {}

  /**
   * Reads a line; throws Jackson's exception where it is malformed.
   *
   * @return false if it isn't an object
   */
  boolean read(JsonParser json) {
    clear();
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    ProviderError.Reader errors = new ProviderError.Reader();
    boolean failed = false;
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (name.equals("error")) {
        failed = true;
        errors.property(name, json, value);
      } else {
        property(name, json, value);
      }
      json.skipChildren();
    }
    error = failed ? errors.error() : null;
    return true;
  }

  private void clear() {
    calls.clear();
    content = "";
    thinking = "";
    model = null;
    doneReason = null;
    input = null;
    output = null;
    done = false;
  }

  private void property(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "message" -> message(json, value);
      case "model" -> model = string(json, value);
      case "done" -> done = value == JsonToken.VALUE_TRUE;
      case "done_reason" -> {
        String reason = string(json, value);
        doneReason = reason == null || reason.isEmpty() ? null : reason;
      }
      case "prompt_eval_count" -> input = count(json, value);
      case "eval_count" -> output = count(json, value);
      default -> {}
    }
  }

  private void message(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken property = json.nextToken();
      switch (name) {
        case "content" -> content = orEmpty(string(json, property));
        case "thinking" -> thinking = orEmpty(string(json, property));
        case "tool_calls" -> toolCalls(json, property);
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void toolCalls(JsonParser json, JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      return;
    }
    JsonToken element;
    while ((element = json.nextToken()) != JsonToken.END_ARRAY && element != null) {
      if (element == JsonToken.START_OBJECT) {
        calls.add(call(json));
      } else {
        json.skipChildren();
      }
    }
  }

  private static Call call(JsonParser json) {
    Call call = new Call(null, null, "{}");
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (name.equals("id")) {
        call = new Call(string(json, value), call.name(), call.arguments());
      } else if (name.equals("function") && value == JsonToken.START_OBJECT) {
        call = function(json, call.id());
      }
      json.skipChildren();
    }
    return call;
  }

  private static Call function(JsonParser json, @Nullable String id) {
    String called = null;
    String arguments = "{}";
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (name.equals("name")) {
        called = string(json, value);
      } else if (name.equals("arguments") && value == JsonToken.START_OBJECT) {
        arguments = BoundedJson.text(json);
      } else if (name.equals("arguments") && value == JsonToken.VALUE_STRING) {
        arguments = json.getString();
      }
      json.skipChildren();
    }
    return new Call(id, called, arguments);
  }

  private static @Nullable String string(JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : null;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable Long count(JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : null;
  }

  List<Call> calls() {
    return calls;
  }

  String content() {
    return content;
  }

  String thinking() {
    return thinking;
  }

  @Nullable String model() {
    return model;
  }

  boolean done() {
    return done;
  }

  @Nullable String doneReason() {
    return doneReason;
  }

  @Nullable ProviderError error() {
    return error;
  }

  /** Null if it counts nothing. */
  @Nullable Usage usage() {
    return input == null && output == null ? null : new Usage(input, output, null, null, null);
  }
}
