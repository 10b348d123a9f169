package io.streamrelay.worker.provider;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON from outside, read token by token within limits on depth, numbers, strings and names.
 * Malformed JSON, and what is beyond a limit, is Jackson's exception while reading.
 */
public final class BoundedJson {
  /** What one frame, and one string, may hold. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxNumberLength(100)
                  .maxStringLength(MAX_BYTES)
                  .maxNameLength(1024)
                  .build())
          .build();

  private BoundedJson() {}

  /** Invalid UTF-8 becomes U+FFFD, which the parser of bytes would refuse. */
  public static JsonParser parser(byte[] utf8, int from, int length) {
    return isAscii(utf8, from, length)
        ? JSON.createParser(ObjectReadContext.empty(), utf8, from, length)
        : parser(new String(utf8, from, length, StandardCharsets.UTF_8));
  }

  public static JsonParser parser(String text) {
    return JSON.createParser(ObjectReadContext.empty(), text);
  }

  private static boolean isAscii(byte[] data, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (data[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The value the parser stands at, written out again without spaces, its numbers as they are
   * written: there are some that no type of number can hold. Leaves it at its end.
   */
  public static String text(JsonParser json) {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      JsonToken token = json.currentToken();
      int depth = 0;
      while (token != null) {
        if (token.isNumeric()) {
          copy.writeNumber(json.getString());
        } else {
          copy.copyCurrentEvent(json);
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        token = depth == 0 ? null : json.nextToken();
      }
    }
    return text.toString();
  }

  /** Takes a property; its value is passed over afterwards, as far as it wasn't read. */
  public interface Property {
    void take(String name, JsonToken value);
  }

  /** Takes an element of an array, likewise. */
  public interface Element {
    void take(JsonToken value);
  }

  /** Goes through an object, to its end; does nothing where the value is something else. */
  public static void object(JsonParser json, @Nullable JsonToken value, Property property) {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    String name;
    while ((name = json.nextName()) != null) {
      property.take(name, json.nextToken());
      json.skipChildren();
    }
  }

  /** Goes through an array, to its end; does nothing where the value is something else. */
  public static void array(JsonParser json, JsonToken value, Element element) {
    if (value != JsonToken.START_ARRAY) {
      return;
    }
    JsonToken next;
    while ((next = json.nextToken()) != JsonToken.END_ARRAY && next != null) {
      element.take(next);
      json.skipChildren();
    }
  }

  /** The string the parser stands at; null where it is something else. */
  public static @Nullable String string(JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : null;
  }

  /** Whether it is one JSON object and nothing else. */
  public static boolean isObject(String text) {
    try (JsonParser json = parser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      json.skipChildren();
      return json.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }
}
