package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Warnings;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 * So is what the format has no place for, which is told. What can't be left out of a message ends
 * the request.
 */
final class GeminiRequest {
  private static final JsonFactory JSON = new JsonFactory();

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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new GeminiRequest(json, new Warnings("gemini", sink)).write(request);
    }
    return bytes.toByteArray();
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
    if (parameters.temperature() != null) {
      json.writeNumberProperty("temperature", parameters.temperature());
    }
    if (parameters.topP() != null) {
      json.writeNumberProperty("topP", parameters.topP());
    }
    if (parameters.maxTokens() != null) {
      json.writeNumberProperty("maxOutputTokens", parameters.maxTokens());
    }
    List<String> stop = parameters.stop();
    if (stop != null && !stop.isEmpty()) {
      json.writeName("stopSequences");
      json.writeStartArray();
      stop.forEach(json::writeString);
      json.writeEndArray();
    }
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
    if (format.schema() != null) {
      json.writeName("responseJsonSchema");
      json.writeRawValue(format.schema());
    }
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
    json.writeStringProperty("name", tool.name());
    if (tool.description() != null) {
      json.writeStringProperty("description", tool.description());
    }
    if (tool.parameters() != null) {
      json.writeName("parametersJsonSchema");
      json.writeRawValue(tool.parameters());
    }
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
      json.writeName("allowedFunctionNames");
      json.writeStartArray();
      json.writeString(choice.name());
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
