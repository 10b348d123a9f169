package io.streamrelay.worker.provider.responses;

import io.streamrelay.worker.provider.BoundedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An item of an answer, as far as it is there: a message, a tool call, reasoning, or what a tool of
 * the server's did.
 *
 * @param type such as {@code function_call}; empty: it doesn't say
 * @param arguments of a tool call; empty where they aren't there yet
 * @param content text and refusals of a message, or what was thought, by their index
 * @param summary of what was thought, likewise
 */
record ResponsesItem(
    String type,
    @Nullable String id,
    @Nullable String callId,
    @Nullable String name,
    String arguments,
    List<String> content,
    List<String> summary) {

  /** Reads the object the parser stands at the start of, to its end. */
  static ResponsesItem read(JsonParser json) {
    Reader reader = new Reader();
    BoundedJson.object(
        json, JsonToken.START_OBJECT, (name, value) -> reader.property(name, json, value));
    return new ResponsesItem(
        reader.type,
        reader.id,
        reader.callId,
        reader.name,
        reader.arguments,
        reader.content,
        reader.summary);
  }

  /** Whether the caller's tool is called, not one of the server's. */
  boolean isToolCall() {
    return type.equals("function_call");
  }

  boolean isReasoning() {
    return type.equals("reasoning");
  }

  private static final class Reader {
    private String type = "";
    private @Nullable String id;
    private @Nullable String callId;
    private @Nullable String name;
    private String arguments = "";
    private final List<String> content = new ArrayList<>();
    private final List<String> summary = new ArrayList<>();

    private void property(String property, JsonParser json, JsonToken value) {
      switch (property) {
        case "type" -> type = value == JsonToken.VALUE_STRING ? json.getString() : type;
        case "id" -> id = BoundedJson.string(json, value);
        case "call_id" -> callId = BoundedJson.string(json, value);
        case "name" -> name = BoundedJson.string(json, value);
        case "arguments" -> arguments = arguments(json, value);
        case "content" -> parts(json, value, content);
        case "summary" -> parts(json, value, summary);
        default -> {}
      }
    }

    /** A string as it should be, or an object, which is written out again. */
    private static String arguments(JsonParser json, JsonToken value) {
      if (value == JsonToken.VALUE_STRING) {
        return json.getString();
      }
      return value == JsonToken.START_OBJECT ? BoundedJson.text(json) : "";
    }

    private static void parts(JsonParser json, JsonToken value, List<String> parts) {
      BoundedJson.array(
          json,
          value,
          part -> {
            parts.add("");
            BoundedJson.object(
                json,
                part,
                (name, of) -> {
                  if (name.equals("text") || name.equals("refusal")) {
                    String text = BoundedJson.string(json, of);
                    parts.set(parts.size() - 1, text == null ? "" : text);
                  }
                });
          });
    }
  }
}
