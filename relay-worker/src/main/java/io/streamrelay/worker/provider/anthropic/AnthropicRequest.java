package io.streamrelay.worker.provider.anthropic;

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
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 * So is what the format has no place for: a seed, and JSON without a schema. What can't be left out
 * of a message ends the request.
 */
final class AnthropicRequest {
  /** The format demands a limit. The oldest models that are still served refuse a higher one. */
  static final int DEFAULT_MAX_TOKENS = 4096;

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private AnthropicRequest(JsonGenerator json) {
    this.json = json;
  }

  /**
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request) throws ProviderException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new AnthropicRequest(json).write(request);
    }
    return bytes.toByteArray();
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    Integer maxTokens = request.parameters().maxTokens();
    json.writeNumberProperty("max_tokens", maxTokens == null ? DEFAULT_MAX_TOKENS : maxTokens);
    json.writeBooleanProperty("stream", true);
    AnthropicMessages.write(json, request.messages());
    parameters(request.parameters());
    if (request.tools() != null) {
      tools(request.tools());
    }
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    json.writeEndObject();
  }

  private void parameters(Parameters parameters) {
    if (parameters.temperature() != null) {
      json.writeNumberProperty("temperature", parameters.temperature());
    }
    if (parameters.topP() != null) {
      json.writeNumberProperty("top_p", parameters.topP());
    }
    List<String> stop = parameters.stop();
    if (stop != null && !stop.isEmpty()) {
      json.writeName("stop_sequences");
      json.writeStartArray();
      stop.forEach(json::writeString);
      json.writeEndArray();
    }
  }

  private void tools(Tools tools) {
    json.writeName("tools");
    json.writeStartArray();
    tools.offered().forEach(this::tool);
    json.writeEndArray();
    boolean onlyOne = Boolean.FALSE.equals(tools.parallel());
    if (tools.choice() != null || onlyOne) {
      choice(tools.choice(), onlyOne);
    }
  }

  private void tool(Tools.Tool tool) {
    json.writeStartObject();
    json.writeStringProperty("name", tool.name());
    if (tool.description() != null) {
      json.writeStringProperty("description", tool.description());
    }
    json.writeName("input_schema");
    json.writeRawValue(tool.parameters() == null ? "{\"type\":\"object\"}" : tool.parameters());
    json.writeEndObject();
  }

  /** Several calls in one answer are allowed or not as part of the choice. */
  private void choice(Tools.@Nullable Choice choice, boolean onlyOne) {
    Tools.Mode mode = choice == null ? Tools.Mode.AUTO : choice.mode();
    json.writeName("tool_choice");
    json.writeStartObject();
    json.writeStringProperty(
        "type",
        switch (mode) {
          case AUTO -> "auto";
          case NONE -> "none";
          case REQUIRED -> "any";
          case NAMED -> "tool";
        });
    if (choice != null && choice.name() != null) {
      json.writeStringProperty("name", choice.name());
    }
    if (onlyOne && mode != Tools.Mode.NONE) {
      json.writeBooleanProperty("disable_parallel_tool_use", true);
    }
    json.writeEndObject();
  }

  private void responseFormat(ResponseFormat format) {
    switch (format.kind()) {
      case TEXT -> {}
      case JSON -> {} // left out: there is none without a schema. A warning would belong here
      case JSON_SCHEMA -> {
        json.writeName("output_config");
        json.writeStartObject();
        json.writeName("format");
        json.writeStartObject();
        json.writeStringProperty("type", "json_schema");
        json.writeName("schema");
        json.writeRawValue(format.schema());
        json.writeEndObject();
        json.writeEndObject();
      }
    }
  }
}
