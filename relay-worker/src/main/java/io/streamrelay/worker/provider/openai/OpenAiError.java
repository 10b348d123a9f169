package io.streamrelay.worker.provider.openai;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The error object of such a server, as far as it is understood. Its message is looked at and
 * dropped.
 *
 * @param status a status code it names within, or null
 * @param aboutContext whether its message speaks of the context length: not every server has a code
 *     for that
 */
record OpenAiError(
    @Nullable String code, @Nullable String type, @Nullable Integer status, boolean aboutContext) {
  static final OpenAiError UNKNOWN = new OpenAiError(null, null, null, false);

  /**
   * Reads an error body: the object under {@code error} if there is one, else the whole. Anything
   * else is {@link #UNKNOWN}.
   */
  static OpenAiError parse(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    try (JsonParser json = BoundedJson.parser(text)) {
      return json.nextToken() == JsonToken.START_OBJECT ? top(json) : UNKNOWN;
    } catch (JacksonException e) {
      return UNKNOWN;
    }
  }

  private static OpenAiError top(JsonParser json) {
    Reader whole = new Reader();
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (name.equals("error") && value == JsonToken.START_OBJECT) {
        return read(json);
      }
      whole.property(name, json, value);
    }
    return whole.error();
  }

  /** Reads the object the parser stands at the start of, to its end. */
  static OpenAiError read(JsonParser json) {
    Reader reader = new Reader();
    String name;
    while ((name = json.nextName()) != null) {
      reader.property(name, json, json.nextToken());
    }
    return reader.error();
  }

  /** Collects properties wherever they stand. */
  static final class Reader {
    private @Nullable String code;
    private @Nullable String type;
    private @Nullable Integer status;
    private boolean aboutContext;

    /** Takes a property if it is one of an error; passes over its value in any case. */
    void property(String name, JsonParser json, JsonToken value) {
      switch (name) {
        case "code", "status_code", "status" -> code(json, value);
        case "type" -> type = value == JsonToken.VALUE_STRING ? json.getString() : type;
        case "message" -> message(json, value);
        default -> {}
      }
      json.skipChildren();
    }

    private void code(JsonParser json, JsonToken value) {
      if (value == JsonToken.VALUE_NUMBER_INT) {
        status = json.getIntValue();
      } else if (value == JsonToken.VALUE_STRING && code == null) {
        code = json.getString();
      }
    }

    private void message(JsonParser json, JsonToken value) {
      if (value == JsonToken.VALUE_STRING) {
        String message = json.getString().toLowerCase(Locale.ROOT);
        aboutContext =
            message.contains("context length")
                || message.contains("context window")
                || message.contains("prompt is too long");
      }
    }

    OpenAiError error() {
      return new OpenAiError(code, type, status, aboutContext);
    }
  }
}
