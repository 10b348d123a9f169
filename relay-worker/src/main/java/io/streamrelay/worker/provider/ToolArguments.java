package io.streamrelay.worker.provider;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A tool call's arguments, for protocols that want an object where a model may write anything. */
public final class ToolArguments {
  private static final JsonFactory JSON = new JsonFactory();

  private ToolArguments() {}

  /**
   * The arguments as the text of a JSON object. What is none is put into one, under {@code
   * arguments}: the model wrote it, and a session must not end of it.
   */
  public static String object(String arguments) {
    if (arguments.isBlank()) {
      return "{}";
    }
    return BoundedJson.isObject(arguments) ? arguments : wrapped(arguments);
  }

  private static String wrapped(String arguments) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("arguments", arguments);
      json.writeEndObject();
    }
    return text.toString();
  }
}
