package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a request's body. What the request doesn't set is left out: the model's default counts.
 * Converse knows no seed, and can't keep a model from calling several tools at once.
 */
final class BedrockRequest {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String ANY_INPUT = "{\"type\":\"object\"}";

  private final JsonGenerator json;

  private BedrockRequest(JsonGenerator json) {
    this.json = json;
  }

  /**
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request) throws ProviderException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new BedrockRequest(json).write(request);
    }
    return bytes.toByteArray();
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    BedrockMessages.write(json, request.messages());
    parameters(request.parameters());
    tools(request);
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    json.writeEndObject();
  }

  private void parameters(Parameters parameters) {
    json.writeName("inferenceConfig");
    json.writeStartObject();
    if (parameters.maxTokens() != null) {
      json.writeNumberProperty("maxTokens", parameters.maxTokens());
    }
    if (parameters.temperature() != null) {
      json.writeNumberProperty("temperature", parameters.temperature());
    }
    if (parameters.topP() != null) {
      json.writeNumberProperty("topP", parameters.topP());
    }
    List<String> stop = parameters.stop();
    if (stop != null && !stop.isEmpty()) {
      json.writeName("stopSequences");
      json.writeStartArray();
      stop.forEach(json::writeString);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /**
   * Whoever shows calls must offer tools, so those called before are offered where there are no
   * others. Without calls, a model that may not call is offered none.
   */
  private void tools(ProviderRequest request) {
    Tools tools = request.tools();
    List<Tools.Tool> called = called(request);
    boolean none = tools != null && tools.choice() != null && isNone(tools.choice());
    List<Tools.Tool> offered = tools == null || none && called.isEmpty() ? called : tools.offered();
    if (offered.isEmpty()) {
      return;
    }
    json.writeName("toolConfig");
    json.writeStartObject();
    json.writeName("tools");
    json.writeStartArray();
    offered.forEach(this::tool);
    json.writeEndArray();
    if (tools != null && tools.choice() != null && !none) {
      choice(tools.choice());
    }
    json.writeEndObject();
  }

  private static boolean isNone(Tools.Choice choice) {
    return choice.mode() == Tools.Mode.NONE;
  }

  private static List<Tools.Tool> called(ProviderRequest request) {
    return request.messages().stream()
        .flatMap(message -> message.parts().stream())
        .filter(Part.ToolCall.class::isInstance)
        .map(part -> ((Part.ToolCall) part).name())
        .filter(name -> name != null && !name.isEmpty())
        .distinct()
        .map(name -> new Tools.Tool(name, null, null))
        .toList();
  }

  private void tool(Tools.Tool tool) {
    json.writeStartObject();
    json.writeName("toolSpec");
    json.writeStartObject();
    json.writeStringProperty("name", tool.name());
    if (tool.description() != null && !tool.description().isBlank()) {
      json.writeStringProperty("description", tool.description());
    }
    json.writeName("inputSchema");
    json.writeStartObject();
    json.writeName("json");
    json.writeRawValue(tool.parameters() == null ? ANY_INPUT : tool.parameters());
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private void choice(Tools.Choice choice) {
    json.writeName("toolChoice");
    json.writeStartObject();
    switch (choice.mode()) {
      case AUTO -> empty("auto");
      case REQUIRED -> empty("any");
      case NAMED -> {
        json.writeName("tool");
        json.writeStartObject();
        json.writeStringProperty("name", choice.name());
        json.writeEndObject();
      }
      case NONE -> throw new IllegalArgumentException("nothing says that");
    }
    json.writeEndObject();
  }

  private void empty(String name) {
    json.writeName(name);
    json.writeStartObject();
    json.writeEndObject();
  }

  /** Without a schema there is none. */
  private void responseFormat(ResponseFormat format) {
    switch (format.kind()) {
      case TEXT, JSON -> {}
      case JSON_SCHEMA -> schema(format.name(), format.schema());
    }
  }

  /** The schema is text here, and always strict. */
  private void schema(@Nullable String name, @Nullable String schema) {
    for (String object : List.of("outputConfig", "textFormat")) {
      json.writeName(object);
      json.writeStartObject();
    }
    json.writeStringProperty("type", "json_schema");
    for (String object : List.of("structure", "jsonSchema")) {
      json.writeName(object);
      json.writeStartObject();
    }
    json.writeStringProperty("name", name);
    json.writeStringProperty("schema", schema);
    for (int i = 0; i < 4; i++) {
      json.writeEndObject();
    }
  }
}
