package io.streamrelay.worker.provider;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a server says of an error, as far as it is understood, under whichever of the usual names.
 * Its message is looked at and dropped.
 *
 * @param code what it calls it
 * @param type another word for it, wider or narrower
 * @param status a status code it names within, or null
 * @param aboutContext whether its message speaks of the context length: not every server has a code
 *     for that
 * @param retryAfter the seconds it asks to wait, as it says them; null: it doesn't
 */
public record ProviderError(
    @Nullable String code,
    @Nullable String type,
    @Nullable Integer status,
    boolean aboutContext,
    @Nullable String retryAfter) {
  public static final ProviderError UNKNOWN = new ProviderError(null, null, null, false, null);

  /** Of a word alone. */
  public static ProviderError of(String code) {
    return new ProviderError(code, null, null, false, null);
  }

  /**
   * Reads an error body: the object under {@code error} if there is one, else the whole, which may
   * stand in an array. Anything else is {@link #UNKNOWN}.
   */
  static ProviderError parse(byte[] body) {
    try (JsonParser json = BoundedJson.parser(body, 0, body.length)) {
      JsonToken first = json.nextToken();
      first = first == JsonToken.START_ARRAY ? json.nextToken() : first;
      return first == JsonToken.START_OBJECT ? top(json) : UNKNOWN;
    } catch (JacksonException e) {
      return UNKNOWN;
    }
  }

  private static ProviderError top(JsonParser json) {
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
  public static ProviderError read(JsonParser json) {
    Reader reader = new Reader();
    String name;
    while ((name = json.nextName()) != null) {
      reader.property(name, json, json.nextToken());
    }
    return reader.error();
  }

  /** Collects properties wherever they stand. Not thread-safe: one error, one reader. */
  public static final class Reader {
    private @Nullable String code;
    private @Nullable String type;
    private @Nullable Integer status;
    private boolean aboutContext;
    private @Nullable String retryAfter;

    /** Takes a property if it is one of an error; passes over its value in any case. */
    public void property(String name, JsonParser json, JsonToken value) {
      switch (name) {
        case "code", "status_code", "status" -> code(json, value);
        case "type" -> type = value == JsonToken.VALUE_STRING ? json.getString() : type;
        case "message", "error" -> message(json, value);
        case "details" -> details(json, value);
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
                || message.contains("context limit")
                || message.contains("prompt is too long")
                || message.contains("input is too long")
                || message.contains("input token count");
      }
    }

    /** Google's way to say more: {@code [{"reason": "API_KEY_INVALID"}, {"retryDelay": "3s"}]}. */
    private void details(JsonParser json, JsonToken value) {
      BoundedJson.array(
          json,
          value,
          element ->
              BoundedJson.object(
                  json, element, (name, of) -> detail(name, BoundedJson.string(json, of))));
    }

    private void detail(String name, @Nullable String text) {
      if (text == null) {
        return;
      }
      if (name.equals("reason") && type == null) {
        type = text;
      } else if (name.equals("retryDelay")) {
        retryAfter = text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
      }
    }

    public ProviderError error() {
      return new ProviderError(code, type, status, aboutContext, retryAfter);
    }
  }
}
