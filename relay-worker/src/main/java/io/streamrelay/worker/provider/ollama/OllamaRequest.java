package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.Warnings;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a request's body. What the request doesn't set is left out: the model's default counts,
 * also of whether it thinks. So is what the format has no place for, which is told.
 */
final class OllamaRequest {
  static final String TYPE = "ollama";

  private final JsonGenerator json;
  private final Warnings warnings;

  private OllamaRequest(JsonGenerator json, Warnings warnings) {
    this.json = json;
    this.warnings = warnings;
  }

  /**
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, DeltaSink sink) throws ProviderException {
    Warnings warnings = new Warnings(TYPE, sink);
    return RequestJson.bytes(json -> new OllamaRequest(json, warnings).write(request));
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    json.writeName("messages");
    OllamaMessages.write(json, request.messages());
    json.writeBooleanProperty("stream", true);
    options(request.parameters());
    if (request.parameters().reasoningEffort() != null) {
      think(request.model(), request.parameters().reasoningEffort());
    }
    if (request.metadata() != null) {
      warnings.leftOut("metadata", "takes no metadata");
    }
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
    RequestJson.number(json, "temperature", parameters.temperature());
    RequestJson.number(json, "top_p", parameters.topP());
    RequestJson.number(json, "num_predict", parameters.maxTokens());
    RequestJson.strings(json, "stop", parameters.stop());
    if (parameters.seed() != null) {
      json.writeNumberProperty("seed", parameters.seed());
    }
    json.writeEndObject();
  }

  /** By a level only where a model has levels; of others an unknown word means nothing. */
  private void think(String model, ReasoningEffort effort) {
    boolean levels = model.contains("gpt-oss");
    String field = "parameters.reasoningEffort";
    switch (effort) {
      case NONE, MINIMAL -> {
        if (levels) {
          warnings.adjusted(field, "has a model here that knows nothing below 'low' and got that");
          json.writeStringProperty("think", "low");
        } else {
          json.writeBooleanProperty("think", effort != ReasoningEffort.NONE);
        }
      }
      case LOW, MEDIUM, HIGH -> {
        if (levels) {
          json.writeStringProperty("think", effort.wire());
        } else {
          json.writeBooleanProperty("think", true);
        }
      }
    }
    if (!levels && effort != ReasoningEffort.NONE) {
      warnings.adjusted(field, "has a model here that thinks or doesn't: it was told to think");
    }
  }

  /** The model decides whether it calls; one that may not is offered none. */
  private void tools(Tools tools) throws ProviderException {
    if (Boolean.FALSE.equals(tools.parallel())) {
      warnings.leftOut("parallelToolCalls", "can't be told how many tools to call at once");
    }
    Tools.Mode mode = tools.choice() == null ? Tools.Mode.AUTO : tools.choice().mode();
    switch (mode) {
      case NONE -> {}
      case REQUIRED, NAMED ->
          throw ProviderException.unsupported(TYPE, "can't be made to call a tool");
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
    RequestJson.about(json, tool);
    RequestJson.raw(json, "parameters", tool.parameters());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void format(ResponseFormat format) {
    switch (format.kind()) {
      case TEXT -> {}
      case JSON -> json.writeStringProperty("format", "json");
      case JSON_SCHEMA -> RequestJson.raw(json, "format", format.schema());
    }
  }
}
