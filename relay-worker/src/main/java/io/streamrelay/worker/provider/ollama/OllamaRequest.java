package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a request's body. What the request doesn't set is left out: the model's default counts,
 * also of whether it thinks. Nothing keeps it from calling several tools at once.
 */
final class OllamaRequest {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private OllamaRequest(JsonGenerator json) {
    this.json = json;
  }

  /**
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request) throws ProviderException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new OllamaRequest(json).write(request);
    }
    return bytes.toByteArray();
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    json.writeName("messages");
    OllamaMessages.write(json, request.messages());
    json.writeBooleanProperty("stream", true);
    options(request.parameters());
    if (request.tools() != null) {
      tools(request.tools());
    }
    if (request.responseFormat() != null) {
      format(request.responseFormat());
    }
    json.writeEndObject();
  }

  private void options(Parameters parameters) {
    json.writeName("options");
    json.writeStartObject();
    if (parameters.temperature() != null) {
      json.writeNumberProperty("temperature", parameters.temperature());
    }
    if (parameters.topP() != null) {
      json.writeNumberProperty("top_p", parameters.topP());
    }
    if (parameters.maxTokens() != null) {
      json.writeNumberProperty("num_predict", parameters.maxTokens());
    }
    List<String> stop = parameters.stop();
    if (stop != null && !stop.isEmpty()) {
      json.writeName("stop");
      json.writeStartArray();
      stop.forEach(json::writeString);
      json.writeEndArray();
    }
    if (parameters.seed() != null) {
      json.writeNumberProperty("seed", parameters.seed());
    }
    json.writeEndObject();
  }

  /** The model decides whether it calls; one that may not is offered none. */
  private void tools(Tools tools) throws ProviderException {
    Tools.Mode mode = tools.choice() == null ? Tools.Mode.AUTO : tools.choice().mode();
    switch (mode) {
      case NONE -> {}
      case REQUIRED, NAMED -> throw OllamaMessages.rejected("can't be made to call a tool");
      case AUTO -> {
        json.writeName("tools");
        json.writeStartArray();
        tools.offered().forEach(this::tool);
        json.writeEndArray();
      }
    }
  }

  private void tool(Tools.Tool tool) {
    json.writeStartObject();
    json.writeStringProperty("type", "function");
    json.writeName("function");
    json.writeStartObject();
    json.writeStringProperty("name", tool.name());
    if (tool.description() != null) {
      json.writeStringProperty("description", tool.description());
    }
    if (tool.parameters() != null) {
      json.writeName("parameters");
      json.writeRawValue(tool.parameters());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void format(ResponseFormat format) {
    switch (format.kind()) {
      case TEXT -> {}
      case JSON -> json.writeStringProperty("format", "json");
      case JSON_SCHEMA -> {
        json.writeName("format");
        json.writeRawValue(format.schema());
      }
    }
  }
}
