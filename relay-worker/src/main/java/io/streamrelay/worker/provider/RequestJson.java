package io.streamrelay.worker.provider;

import io.streamrelay.protocol.turn.Tools;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes what the bodies of requests have in common. What isn't set is left out. */
public final class RequestJson {
  private static final JsonFactory JSON = new JsonFactory();

  private RequestJson() {}

  /** Writes one body. */
  public interface Body {
    void write(JsonGenerator json) throws ProviderException;
  }

  public static byte[] bytes(Body body) throws ProviderException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      body.write(json);
    }
    return bytes.toByteArray();
  }

  public static void number(JsonGenerator json, String name, @Nullable Double value) {
    if (value != null) {
      json.writeNumberProperty(name, value);
    }
  }

  public static void number(JsonGenerator json, String name, @Nullable Integer value) {
    if (value != null) {
      json.writeNumberProperty(name, value);
    }
  }

  /** An array; none where it would be empty, which some servers refuse. */
  public static void strings(JsonGenerator json, String name, @Nullable List<String> values) {
    if (values != null && !values.isEmpty()) {
      json.writeName(name);
      json.writeStartArray();
      values.forEach(json::writeString);
      json.writeEndArray();
    }
  }

  /** An object of strings. */
  public static void strings(JsonGenerator json, String name, Map<String, String> values) {
    json.writeName(name);
    json.writeStartObject();
    values.forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  /**
   * What is JSON already, as it is.
   *
   * @param value the text of one JSON value
   */
  public static void raw(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeName(name);
      json.writeRawValue(value);
    }
  }

  /** A tool's {@code name} and {@code description}, into the object that is open. */
  public static void about(JsonGenerator json, Tools.Tool tool) {
    json.writeStringProperty("name", tool.name());
    if (tool.description() != null) {
      json.writeStringProperty("description", tool.description());
    }
  }
}
