package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Warnings;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 */
final class OpenAiChatRequest {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private OpenAiChatRequest(JsonGenerator json) {
    this.json = json;
  }

  /**
   * @param maxTokens what the server calls its limit
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, MaxTokensField maxTokens, DeltaSink sink)
      throws ProviderException {
    if (request.metadata() != null) {
      new Warnings("openai-chat", sink).leftOut("metadata", "sends no metadata");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new OpenAiChatRequest(json).write(request, maxTokens);
    }
    return bytes.toByteArray();
  }

  private void write(ProviderRequest request, MaxTokensField maxTokens) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    json.writeName("messages");
    OpenAiChatMessages.write(json, request.messages());
    json.writeBooleanProperty("stream", true);
    json.writeName("stream_options");
    json.writeStartObject();
    json.writeBooleanProperty("include_usage", true);
    json.writeEndObject();
    parameters(request.parameters(), maxTokens);
    if (request.tools() != null) {
      tools(request.tools());
    }
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    json.writeEndObject();
  }

  private void parameters(Parameters parameters, MaxTokensField maxTokens) {
    if (parameters.temperature() != null) {
      json.writeNumberProperty("temperature", parameters.temperature());
    }
    if (parameters.topP() != null) {
      json.writeNumberProperty("top_p", parameters.topP());
    }
    if (parameters.maxTokens() != null) {
      json.writeNumberProperty(maxTokens.wire(), parameters.maxTokens());
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
    if (parameters.reasoningEffort() != null) {
      json.writeStringProperty("reasoning_effort", parameters.reasoningEffort().wire());
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
    json.writeStringProperty("name", tool.name());
    if (tool.description() != null) {
      json.writeStringProperty("description", tool.description());
    }
    schema("parameters", tool.parameters());
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
    json.writeName("response_format");
    json.writeStartObject();
    switch (format.kind()) {
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
        schema("schema", format.schema());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private void schema(String name, @Nullable String text) {
    if (text != null) {
      json.writeName(name);
      json.writeRawValue(text);
    }
  }
}
