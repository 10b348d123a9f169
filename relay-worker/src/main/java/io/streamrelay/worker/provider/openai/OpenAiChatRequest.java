package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.ResponseFormat.Kind;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.Warnings;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.Feature;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.SeedField;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 */
final class OpenAiChatRequest {
  static final String TYPE = "openai-chat";

  private final JsonGenerator json;
  private final OpenAiQuirks quirks;
  private final Warnings warnings;

  private OpenAiChatRequest(JsonGenerator json, OpenAiQuirks quirks, Warnings warnings) {
    this.json = json;
    this.quirks = quirks;
    this.warnings = warnings;
  }

  /**
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, OpenAiQuirks quirks, DeltaSink sink)
      throws ProviderException {
    Warnings warnings = new Warnings(TYPE, sink);
    return RequestJson.bytes(json -> new OpenAiChatRequest(json, quirks, warnings).write(request));
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    json.writeName("messages");
    OpenAiChatMessages.write(
        json, request.messages(), !quirks.takes(Feature.FOREIGN_TOOL_CALL_IDS));
    json.writeBooleanProperty("stream", true);
    if (quirks.takes(Feature.STREAM_OPTIONS)) {
      json.writeName("stream_options");
      json.writeStartObject();
      json.writeBooleanProperty("include_usage", true);
      json.writeEndObject();
    }
    parameters(request.parameters());
    if (request.tools() != null) {
      tools(request.tools());
    }
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    if (request.metadata() != null) {
      metadata(request.metadata());
    }
    json.writeEndObject();
  }

  private void parameters(Parameters parameters) {
    RequestJson.number(json, "temperature", parameters.temperature());
    RequestJson.number(json, "top_p", parameters.topP());
    RequestJson.number(json, quirks.maxTokens().wire(), parameters.maxTokens());
    RequestJson.strings(json, "stop", parameters.stop());
    if (parameters.seed() != null) {
      seed(parameters.seed());
    }
    if (parameters.reasoningEffort() != null) {
      reasoning(parameters.reasoningEffort());
    }
  }

  private void seed(long seed) {
    if (quirks.seed() == SeedField.NONE) {
      warnings.leftOut("parameters.seed", "has no seed at this server");
    } else {
      json.writeNumberProperty(quirks.seed().wire(), seed);
    }
  }

  private void reasoning(ReasoningEffort effort) {
    boolean thinks = effort != ReasoningEffort.NONE;
    switch (quirks.reasoning()) {
      case REASONING_EFFORT -> json.writeStringProperty("reasoning_effort", effort.wire());
      case REASONING -> {
        json.writeName("reasoning");
        json.writeStartObject();
        json.writeStringProperty("effort", effort.wire());
        json.writeEndObject();
      }
      case THINKING -> {
        json.writeName("thinking");
        json.writeStartObject();
        json.writeStringProperty("type", thinks ? "enabled" : "disabled");
        json.writeEndObject();
        if (thinks) {
          json.writeStringProperty("reasoning_effort", effort.wire());
        }
      }
      case ENABLE_THINKING -> {
        json.writeBooleanProperty("enable_thinking", thinks);
        if (thinks) {
          warnings.adjusted("parameters.reasoningEffort", "is told to think, not how much,");
        }
      }
      case NONE ->
          warnings.leftOut(
              "parameters.reasoningEffort", "has no effort of reasoning at this server");
    }
  }

  private void metadata(Map<String, String> metadata) {
    if (!quirks.takes(Feature.METADATA)) {
      warnings.leftOut("metadata", "sends no metadata");
      return;
    }
    RequestJson.strings(json, "metadata", metadata);
  }

  private void tools(Tools tools) {
    json.writeName("tools");
    json.writeStartArray();
    tools.offered().forEach(this::tool);
    json.writeEndArray();
    if (tools.choice() != null) {
      choice(tools.choice());
    }
    if (tools.parallel() != null && quirks.takes(Feature.PARALLEL_TOOL_CALLS)) {
      json.writeBooleanProperty("parallel_tool_calls", tools.parallel());
    } else if (tools.parallel() != null) {
      warnings.leftOut("parallelToolCalls", "can't say so to this server");
    }
  }

  private void tool(Tools.Tool tool) {
    startFunction();
    RequestJson.about(json, tool);
    RequestJson.raw(json, "parameters", tool.parameters());
    endFunction();
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
        endFunction();
      }
    }
  }

  private void startFunction() {
    json.writeStartObject();
    json.writeStringProperty("type", "function");
    json.writeName("function");
    json.writeStartObject();
  }

  private void endFunction() {
    json.writeEndObject();
    json.writeEndObject();
  }

  private void responseFormat(ResponseFormat format) {
    boolean schemaless = format.kind() == Kind.JSON_SCHEMA && !quirks.takes(Feature.JSON_SCHEMA);
    if (schemaless) {
      warnings.adjusted("responseFormat", "is asked for JSON, without the schema,");
    }
    json.writeName("response_format");
    json.writeStartObject();
    switch (schemaless ? Kind.JSON : format.kind()) {
      case TEXT -> json.writeStringProperty("type", "text");
      case JSON -> json.writeStringProperty("type", "json_object");
      case JSON_SCHEMA -> {
        json.writeStringProperty("type", "json_schema");
        json.writeName("json_schema");
        json.writeStartObject();
        json.writeStringProperty("name", format.name());
        if (format.strict() != null) {
          json.writeBooleanProperty("strict", format.strict());
        }
        RequestJson.raw(json, "schema", format.schema());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }
}
