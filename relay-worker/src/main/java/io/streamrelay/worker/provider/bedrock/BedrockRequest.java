package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.Warnings;
import io.streamrelay.worker.provider.anthropic.Thinking;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a request's body. What the request doesn't set is left out: the model's default counts. So
 * is what Converse has no place for, which is told.
 */
final class BedrockRequest {
  static final String TYPE = "bedrock-converse";

  private static final Pattern METADATA_VALUE = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{0,256}");

  /** Beside its thoughts, where nobody limits the answer. */
  private static final int ANSWER_TOKENS = 4096;

  private static final String ANY_INPUT = "{\"type\":\"object\"}";

  private final JsonGenerator json;
  private final Warnings warnings;

  private BedrockRequest(JsonGenerator json, Warnings warnings) {
    this.json = json;
    this.warnings = warnings;
  }

  /**
   * @param sink told what is left out
   * @throws ProviderException {@code provider_rejected} for what the format has no place for
   */
  static byte[] json(ProviderRequest request, DeltaSink sink) throws ProviderException {
    Warnings warnings = new Warnings(TYPE, sink);
    return RequestJson.bytes(json -> new BedrockRequest(json, warnings).write(request));
  }

  private void write(ProviderRequest request) throws ProviderException {
    json.writeStartObject();
    BedrockMessages.write(json, request.messages());
    Thinking thinking = thinking(request);
    parameters(request.parameters(), thinking);
    if (thinking != null) {
      additionalFields(thinking);
    }
    tools(request);
    if (request.responseFormat() != null) {
      responseFormat(request.responseFormat());
    }
    if (request.metadata() != null) {
      metadata(request.metadata());
    }
    json.writeEndObject();
  }

  /** By fields of the model's own: only those of Anthropic's are known. */
  private @Nullable Thinking thinking(ProviderRequest request) {
    ReasoningEffort effort = request.parameters().reasoningEffort();
    if (request.model().contains("anthropic.")) {
      return Thinking.of(request, ANSWER_TOKENS, warnings);
    }
    if (effort != null && effort != ReasoningEffort.NONE) {
      warnings.leftOut("parameters.reasoningEffort", "can say that to Anthropic's models only");
    }
    return null;
  }

  private void additionalFields(Thinking thinking) {
    json.writeName("additionalModelRequestFields");
    json.writeStartObject();
    thinking.write(json);
    if (thinking.effort() != null) {
      json.writeName("output_config");
      json.writeStartObject();
      json.writeStringProperty("effort", thinking.effort());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** The values that aren't of the few characters it takes are left out. */
  private void metadata(Map<String, String> metadata) {
    Map<String, String> taken = new TreeMap<>(metadata);
    taken.values().removeIf(value -> !METADATA_VALUE.matcher(value).matches());
    String values = "values of at most 256 letters, digits, spaces and :_@$#=/+,.- only";
    if (taken.isEmpty()) {
      warnings.leftOut("metadata", "takes " + values);
      return;
    }
    if (taken.size() < metadata.size()) {
      warnings.adjusted("metadata", "takes, and got, " + values);
    }
    RequestJson.strings(json, "requestMetadata", taken);
  }

  private void parameters(Parameters parameters, @Nullable Thinking thinking) {
    boolean thinks = thinking != null && thinking.isOn();
    if (parameters.seed() != null) {
      warnings.leftOut("parameters.seed", "has no seed");
    }
    json.writeName("inferenceConfig");
    json.writeStartObject();
    RequestJson.number(
        json, "maxTokens", thinking == null ? parameters.maxTokens() : thinking.maxTokens());
    sampling("temperature", parameters.temperature(), thinks);
    sampling("topP", parameters.topP(), thinks);
    RequestJson.strings(json, "stopSequences", parameters.stop());
    json.writeEndObject();
  }

  private void sampling(String name, @Nullable Double value, boolean thinks) {
    if (value == null) {
      return;
    }
    if (thinks) {
      warnings.leftOut("parameters." + name, "takes none while this model thinks");
    } else {
      json.writeNumberProperty(name, value);
    }
  }

  /**
   * Whoever shows calls must offer tools, so those called before are offered where there are no
   * others. Without calls, a model that may not call is offered none.
   */
  private void tools(ProviderRequest request) {
    Tools tools = request.tools();
    if (tools != null && Boolean.FALSE.equals(tools.parallel())) {
      warnings.leftOut("parallelToolCalls", "can't be told how many tools to call at once");
    }
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
    if (none) {
      warnings.leftOut("toolChoice", "has no 'none' where calls are in the conversation");
    } else if (tools != null && tools.choice() != null) {
      choice(tools.choice());
    }
    json.writeEndObject();
  }

  private static boolean isNone(Tools.Choice choice) {
    return choice.mode() == Tools.Mode.NONE;
  }

  private static List<Tools.Tool> called(ProviderRequest request) {
    return request.messages().stream()
        .flatMap(message -> PromptParts.calls(message.parts()).stream())
        .map(PromptParts::name)
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
    RequestJson.raw(json, "json", tool.parameters() == null ? ANY_INPUT : tool.parameters());
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
      case TEXT -> {}
      case JSON -> warnings.leftOut("responseFormat", "has no JSON without a schema");
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
