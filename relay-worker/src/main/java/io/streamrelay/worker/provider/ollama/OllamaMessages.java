package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ToolArguments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the prompt as {@code messages}. What the format has no place for ends the request, with
 * one exception: reasoning isn't sent back.
 *
 * <p>Not thread-safe: one prompt, one writer.
 */
final class OllamaMessages {
  private final JsonGenerator json;

  /** Names of the calls so far by their ids: a result is told by its tool's name. */
  private final Map<String, String> called = new HashMap<>();

  private OllamaMessages(JsonGenerator json) {
    this.json = json;
  }

  static void write(JsonGenerator json, List<Utterance> messages) throws ProviderException {
    OllamaMessages writer = new OllamaMessages(json);
    json.writeStartArray();
    for (Utterance message : messages) {
      writer.message(message);
    }
    json.writeEndArray();
  }

  private void message(Utterance message) throws ProviderException {
    switch (message.role()) {
      case SYSTEM, USER -> said(message);
      case ASSISTANT -> answer(message);
      case TOOL -> {
        for (Part part : message.parts()) {
          result((Part.ToolResult) part);
        }
      }
    }
  }

  private void said(Utterance message) throws ProviderException {
    start(message.role(), text(message.parts()));
    List<Part.Media> images = media(message.parts());
    if (!images.isEmpty()) {
      json.writeName("images");
      json.writeStartArray();
      for (Part.Media image : images) {
        json.writeString(base64(image));
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static List<Part.Media> media(List<Part> parts) {
    return parts.stream().filter(Part.Media.class::isInstance).map(Part.Media.class::cast).toList();
  }

  private static String base64(Part.Media image) throws ProviderException {
    String data = image.data();
    if (data == null) {
      throw rejected("takes images only as data, not by url");
    }
    if (image.mediaType() == null || !image.mediaType().startsWith("image/")) {
      throw rejected("takes no files but images");
    }
    return data;
  }

  private void answer(Utterance message) {
    List<Part.ToolCall> calls =
        message.parts().stream()
            .filter(Part.ToolCall.class::isInstance)
            .map(Part.ToolCall.class::cast)
            .toList();
    String text = text(message.parts());
    if (text.isEmpty() && calls.isEmpty()) {
      return;
    }
    start(message.role(), text);
    if (!calls.isEmpty()) {
      json.writeName("tool_calls");
      json.writeStartArray();
      calls.forEach(this::call);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void call(Part.ToolCall call) {
    String name = call.name() == null ? "" : call.name();
    called.put(call.callId(), name);
    json.writeStartObject();
    json.writeStringProperty("id", call.callId());
    json.writeName("function");
    json.writeStartObject();
    json.writeStringProperty("name", name);
    json.writeName("arguments");
    json.writeRawValue(ToolArguments.object(call.arguments()));
    json.writeEndObject();
    json.writeEndObject();
  }

  /** The format can't say that a tool failed, so the text does. */
  private void result(Part.ToolResult result) throws ProviderException {
    if (!media(result.content()).isEmpty()) {
      throw rejected("takes only text in a tool result");
    }
    String text = text(result.content());
    start(Role.TOOL, result.isError() ? "Error: " + text : text);
    json.writeStringProperty("tool_name", called.getOrDefault(result.toolCallId(), ""));
    json.writeStringProperty("tool_call_id", result.toolCallId());
    json.writeEndObject();
  }

  private void start(Role role, String content) {
    json.writeStartObject();
    json.writeStringProperty("role", role.wire());
    json.writeStringProperty("content", content);
  }

  private static String text(List<Part> parts) {
    return parts.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n"));
  }

  static ProviderException rejected(String what) {
    return new ProviderException(
        FailureCode.PROVIDER_REJECTED, "a provider of type ollama " + what);
  }
}
