package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.Warnings;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 * Two defaults don't: answers aren't kept there, and tools' schemas are taken as they are.
 */
final class ResponsesRequest {
  static final String TYPE = "openai-responses";

  /** The format demands some. */
  private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

  private final JsonGenerator json;
  private final Warnings warnings;

  private ResponsesRequest(JsonGenerator json, Warnings warnings) {
    this.json = json;
    this.warnings = warnings;
  }

  /**
   * @param background whether the server is to generate on when nobody listens, and to keep the
   *     answer for that
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, boolean background, DeltaSink sink)
      throws ProviderException {
    Warnings warnings = new Warnings(TYPE, sink);
    return RequestJson.bytes(
        json -> new ResponsesRequest(json, warnings).write(request, background));
  }

  private void write(ProviderRequest request, boolean background) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    ResponsesInput.write(json, request.messages());
    json.writeBooleanProperty("stream", true);
    json.writeBooleanProperty("store", background);
    if (background) {
      json.writeBooleanProperty("background", true);
    }
    parameters(request.parameters());
    if (request.tools() != null) {
      tools(request.tools());
    }
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    if (request.metadata() != null) {
      RequestJson.strings(json, "metadata", request.metadata());
    }
    json.writeEndObject();
  }

  /** The format has no stop sequences and no seed. */
  private void parameters(Parameters parameters) {
    RequestJson.number(json, "temperature", parameters.temperature());
    RequestJson.number(json, "top_p", parameters.topP());
    RequestJson.number(json, "max_output_tokens", parameters.maxTokens());
    if (parameters.reasoningEffort() != null) {
      json.writeName("reasoning");
      json.writeStartObject();
      json.writeStringProperty("effort", parameters.reasoningEffort().wire());
      json.writeEndObject();
    }
    if (parameters.stop() != null && !parameters.stop().isEmpty()) {
      warnings.leftOut("parameters.stop", "has no stop sequences");
    }
    if (parameters.seed() != null) {
      warnings.leftOut("parameters.seed", "has no seed");
    }
  }

  private void tools(Tools tools) {
    json.writeName("tools");
    json.writeStartArray();
    tools.offered().forEach(this::tool);
    json.writeEndArray();
    if (tools.choice() != null) {
      choice(tools.choice());
    }
    if (tools.parallel() != null) {
      json.writeBooleanProperty("parallel_tool_calls", tools.parallel());
    }
  }

  private void tool(Tools.Tool tool) {
    startFunction();
    RequestJson.about(json, tool);
    RequestJson.raw(
        json, "parameters", tool.parameters() == null ? NO_PARAMETERS : tool.parameters());
    json.writeBooleanProperty("strict", false);
    json.writeEndObject();
  }

  private void choice(Tools.Choice choice) {
    json.writeName("tool_choice");
    switch (choice.mode()) {
      case AUTO -> json.writeString("auto");
      case NONE -> json.writeString("none");
      case REQUIRED -> json.writeString("required");
      case NAMED -> {
        startFunction();
        json.writeStringProperty("name", choice.name());
        json.writeEndObject();
      }
    }
  }

  private void startFunction() {
    json.writeStartObject();
    json.writeStringProperty("type", "function");
  }

  private void responseFormat(ResponseFormat format) {
    json.writeName("text");
    json.writeStartObject();
    json.writeName("format");
    json.writeStartObject();
    switch (format.kind()) {
      case TEXT -> json.writeStringProperty("type", "text");
      case JSON -> json.writeStringProperty("type", "json_object");
      case JSON_SCHEMA -> {
        json.writeStringProperty("type", "json_schema");
        json.writeStringProperty("name", format.name());
        if (format.strict() != null) {
          json.writeBooleanProperty("strict", format.strict());
        }
        RequestJson.raw(json, "schema", format.schema());
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
