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
  static final class Call {
    private @Nullable String id;
    private @Nullable String name;
    private String arguments = "{}";

    private void function(String property, JsonParser json, JsonToken value) {
      if (property.equals("name")) {
        name = BoundedJson.string(json, value);
      } else if (property.equals("arguments")) {
        arguments =
            value == JsonToken.START_OBJECT
                ? BoundedJson.text(json)
                : orElse(arguments, json, value);
      }
    }

    /** Null of an older server. */
    @Nullable String id() {
      return id;
    }

    @Nullable String name() {
      return name;
    }

    String arguments() {
      return arguments;
    }
  }

  /**
   * Reads a line; throws Jackson's exception where it is malformed.
   *
   * @return false if it isn't an object
   */
  boolean read(JsonParser json) {
    clear();
    JsonToken first = json.nextToken();
    BoundedJson.object(json, first, (name, value) -> property(name, json, value));
    return first == JsonToken.START_OBJECT;
  }

  private void clear() {
    calls.clear();
    content = "";
    thinking = "";
    model = null;
    doneReason = null;
    input = null;
    output = null;
    error = null;
    done = false;
  }

  private void property(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "message" -> BoundedJson.object(json, value, (inner, of) -> message(inner, json, of));
      case "model" -> model = BoundedJson.string(json, value);
      case "done" -> done = value == JsonToken.VALUE_TRUE;
      case "done_reason" -> doneReason = BoundedJson.string(json, value);
      case "prompt_eval_count" -> input = count(json, value);
      case "eval_count" -> output = count(json, value);
      case "error" -> {
        ProviderError.Reader reader = new ProviderError.Reader();
        reader.property(name, json, value);
        error = reader.error();
      }
      default -> {}
    }
  }

  private void message(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "content" -> content = orElse(content, json, value);
      case "thinking" -> thinking = orElse(thinking, json, value);
      case "tool_calls" ->
          BoundedJson.array(
              json,
              value,
              element -> {
                if (element == JsonToken.START_OBJECT) {
                  calls.add(call(json));
                }
              });
      default -> {}
    }
  }

  private static Call call(JsonParser json) {
    Call call = new Call();
    BoundedJson.object(
        json,
        JsonToken.START_OBJECT,
        (name, value) -> {
          if (name.equals("id")) {
            call.id = BoundedJson.string(json, value);
          } else if (name.equals("function")) {
            BoundedJson.object(json, value, (inner, of) -> call.function(inner, json, of));
          }
        });
    return call;
  }

  private static String orElse(String before, JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : before;
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
