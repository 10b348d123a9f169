package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a request's body. What the request doesn't set is left out: the server's default counts.
 */
final class OpenAiChatRequest {
  private static final JsonFactory JSON = new JsonFactory();

  private OpenAiChatRequest() {}

  static byte[] json(ProviderRequest request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("model", request.model());
      json.writeName("messages");
      messages(json, request.messages());
      json.writeBooleanProperty("stream", true);
      json.writeName("stream_options");
      json.writeStartObject();
      json.writeBooleanProperty("include_usage", true);
      json.writeEndObject();
      parameters(json, request.parameters());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void parameters(JsonGenerator json, Parameters parameters) {
    if (parameters.temperature() != null) {
      json.writeNumberProperty("temperature", parameters.temperature());
    }
    if (parameters.topP() != null) {
      json.writeNumberProperty("top_p", parameters.topP());
    }
    if (parameters.maxTokens() != null) {
      json.writeNumberProperty("max_tokens", parameters.maxTokens());
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
  }

  /**
   * A tool call goes out only with the results that follow it, and a result only after its call:
   * servers refuse one without the other. Reasoning isn't sent back.
   */
  private static void messages(JsonGenerator json, List<Utterance> messages) {
    Queue<String> openCalls = new ArrayDeque<>();
    json.writeStartArray();
    for (int i = 0; i < messages.size(); i++) {
      Utterance message = messages.get(i);
      boolean resultsFollow = i + 1 < messages.size() && messages.get(i + 1).role() == Role.TOOL;
      List<Part.ToolCall> calls = resultsFollow ? calls(message) : List.of();
      if (message.role() != Role.TOOL) {
        openCalls.clear();
        calls.forEach(call -> openCalls.add(id(call)));
      }
      String text = text(message);
      boolean nothingToSay = message.role() == Role.ASSISTANT && text.isEmpty() && calls.isEmpty();
      boolean withoutCall = message.role() == Role.TOOL && openCalls.isEmpty();
      if (!nothingToSay && !withoutCall) {
        message(json, message.role(), text, calls, openCalls);
      }
    }
    json.writeEndArray();
  }

  private static void message(
      JsonGenerator json,
      Role role,
      String text,
      List<Part.ToolCall> calls,
      Queue<String> openCalls) {
    json.writeStartObject();
    json.writeStringProperty("role", role.wire());
    if (role == Role.TOOL) {
      json.writeStringProperty("tool_call_id", openCalls.remove());
    }
    json.writeStringProperty("content", text);
    if (!calls.isEmpty()) {
      json.writeName("tool_calls");
      json.writeStartArray();
      calls.forEach(call -> call(json, call));
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void call(JsonGenerator json, Part.ToolCall call) {
    json.writeStartObject();
    json.writeStringProperty("id", id(call));
    json.writeStringProperty("type", "function");
    json.writeName("function");
    json.writeStartObject();
    json.writeStringProperty("name", call.name() == null ? "" : call.name());
    json.writeStringProperty("arguments", call.arguments());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String id(Part.ToolCall call) {
    return call.id() == null ? "call_" + call.index() : call.id();
  }

  private static List<Part.ToolCall> calls(Utterance message) {
    return message.parts().stream()
        .filter(Part.ToolCall.class::isInstance)
        .map(Part.ToolCall.class::cast)
        .toList();
  }

  private static String text(Utterance message) {
    return message.parts().stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n"));
  }
}
