package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.Warnings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 * So is what the format has no place for, which is told. What can't be left out of a message ends
 * the request.
 */
final class AnthropicRequest {
  static final String TYPE = "anthropic-messages";

  /** The format demands a limit. The oldest models that are still served refuse a higher one. */
  static final int DEFAULT_MAX_TOKENS = 4096;

  /** The one note that the format has a place for. */
  private static final String USER_ID = "user_id";

  private final JsonGenerator json;
  private final Warnings warnings;

  private AnthropicRequest(JsonGenerator json, Warnings warnings) {
    this.json = json;
    this.warnings = warnings;
  }

  /**
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, DeltaSink sink) throws ProviderException {
    Warnings warnings = new Warnings(TYPE, sink);
    return RequestJson.bytes(json -> new AnthropicRequest(json, warnings).write(request));
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    json.writeStringProperty("model", request.model());
    Thinking thinking = Thinking.of(request, DEFAULT_MAX_TOKENS, warnings);
    Integer maxTokens = thinking == null ? request.parameters().maxTokens() : thinking.maxTokens();
    json.writeNumberProperty("max_tokens", maxTokens == null ? DEFAULT_MAX_TOKENS : maxTokens);
    json.writeBooleanProperty("stream", true);
    AnthropicMessages.write(json, request.messages());
    if (thinking != null) {
      thinking.write(json);
    }
    parameters(request.parameters(), thinking != null && thinking.isOn());
    if (request.tools() != null) {
      tools(request.tools());
    }
    outputConfig(request.responseFormat(), thinking == null ? null : thinking.effort());
    if (request.metadata() != null) {
      metadata(request.metadata());
    }
    json.writeEndObject();
  }

  private void parameters(Parameters parameters, boolean thinks) {
    sampling("temperature", "temperature", parameters.temperature(), thinks);
    sampling("top_p", "topP", parameters.topP(), thinks);
    if (parameters.seed() != null) {
      warnings.leftOut("parameters.seed", "has no seed");
    }
    RequestJson.strings(json, "stop_sequences", parameters.stop());
  }

  private void sampling(String name, String field, @Nullable Double value, boolean thinks) {
    if (value == null) {
      return;
    }
    if (thinks) {
      warnings.leftOut("parameters." + field, "takes none while it thinks");
    } else {
      json.writeNumberProperty(name, value);
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
    RequestJson.about(json, tool);
    RequestJson.raw(
        json,
        "input_schema",
        tool.parameters() == null ? "{\"type\":\"object\"}" : tool.parameters());
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

  private void outputConfig(@Nullable ResponseFormat format, @Nullable String effort) {
    if (format != null && format.kind() == ResponseFormat.Kind.JSON) {
      warnings.leftOut("responseFormat", "has no JSON without a schema");
    }
    String schema = format == null ? null : format.schema();
    if (schema == null && effort == null) {
      return;
    }
    json.writeName("output_config");
    json.writeStartObject();
    if (effort != null) {
      json.writeStringProperty("effort", effort);
    }
    if (schema != null) {
      json.writeName("format");
      json.writeStartObject();
      json.writeStringProperty("type", "json_schema");
      RequestJson.raw(json, "schema", schema);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void metadata(Map<String, String> metadata) {
    String user = metadata.get(USER_ID);
    if (user == null) {
      warnings.leftOut("metadata", "takes no metadata but 'user_id'");
    } else {
      if (metadata.size() > 1) {
        warnings.adjusted("metadata", "takes, and got, 'user_id' only");
      }
      RequestJson.strings(json, "metadata", Map.of(USER_ID, user));
    }
  }
}
