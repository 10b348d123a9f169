package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.Warnings;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 * So is what the format has no place for, which is told. What can't be left out of a message ends
 * the request.
 */
final class GeminiRequest {
  static final String TYPE = "gemini";

  private final JsonGenerator json;
  private final Warnings warnings;

  private GeminiRequest(JsonGenerator json, Warnings warnings) {
    this.json = json;
    this.warnings = warnings;
  }

  /**
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, DeltaSink sink) throws ProviderException {
    Warnings warnings = new Warnings(TYPE, sink);
    return RequestJson.bytes(json -> new GeminiRequest(json, warnings).write(request));
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    GeminiContents.write(json, request);
    if (request.tools() != null) {
      tools(request.tools());
    }
    json.writeName("generationConfig");
    json.writeStartObject();
    parameters(request.parameters());
    if (request.parameters().reasoningEffort() != null) {
      GeminiThinking.write(json, request.model(), request.parameters().reasoningEffort(), warnings);
    }
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    json.writeEndObject();
    if (request.metadata() != null) {
      warnings.leftOut("metadata", "takes no metadata");
    }
    json.writeEndObject();
  }

  private void parameters(Parameters parameters) {
    RequestJson.number(json, "temperature", parameters.temperature());
    RequestJson.number(json, "topP", parameters.topP());
    RequestJson.number(json, "maxOutputTokens", parameters.maxTokens());
    RequestJson.strings(json, "stopSequences", parameters.stop());
    if (parameters.seed() != null) {
      json.writeNumberProperty("seed", parameters.seed());
    }
  }

  /** By JSON schema: the older fields know only a part of it, and refuse the rest. */
  private void responseFormat(ResponseFormat format) {
    if (format.kind() == ResponseFormat.Kind.TEXT) {
      return;
    }
    json.writeStringProperty("responseMimeType", "application/json");
    RequestJson.raw(json, "responseJsonSchema", format.schema());
  }

  private void tools(Tools tools) {
    json.writeName("tools");
    json.writeStartArray();
    json.writeStartObject();
    json.writeName("functionDeclarations");
    json.writeStartArray();
    tools.offered().forEach(this::tool);
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    if (Boolean.FALSE.equals(tools.parallel())) {
      warnings.leftOut("parallelToolCalls", "can't be told how many tools to call at once");
    }
    if (tools.choice() != null) {
      choice(tools.choice());
    }
  }

  private void tool(Tools.Tool tool) {
    json.writeStartObject();
    RequestJson.about(json, tool);
    RequestJson.raw(json, "parametersJsonSchema", tool.parameters());
    json.writeEndObject();
  }

  private void choice(Tools.Choice choice) {
    json.writeName("toolConfig");
    json.writeStartObject();
    json.writeName("functionCallingConfig");
    json.writeStartObject();
    json.writeStringProperty(
        "mode",
        switch (choice.mode()) {
          case AUTO -> "AUTO";
          case NONE -> "NONE";
          case REQUIRED, NAMED -> "ANY";
        });
    if (choice.name() != null) {
      RequestJson.strings(json, "allowedFunctionNames", List.of(choice.name()));
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
