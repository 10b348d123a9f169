package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.ToolArguments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    start(message.role(), PromptParts.text(message.parts()));
    if (PromptParts.haveMedia(message.parts())) {
      json.writeName("images");
      json.writeStartArray();
      for (Part part : message.parts()) {
        if (part instanceof Part.Media image) {
          json.writeString(base64(image));
        }
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static String base64(Part.Media image) throws ProviderException {
    String data = image.data();
    if (data == null) {
      throw rejected("takes images only as data, not by url");
    }
    if (!PromptParts.isOf(image, "image/")) {
      throw rejected("takes no files but images");
    }
    return data;
  }

  private void answer(Utterance message) {
    List<Part.ToolCall> calls = PromptParts.calls(message.parts());
    String text = PromptParts.text(message.parts());
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
    String name = PromptParts.name(call);
    called.put(call.callId(), name);
    json.writeStartObject();
    json.writeStringProperty("id", call.callId());
    json.writeName("function");
    json.writeStartObject();
    json.writeStringProperty("name", name);
    RequestJson.raw(json, "arguments", ToolArguments.object(call.arguments()));
    json.writeEndObject();
    json.writeEndObject();
  }

  /** The format can't say that a tool failed, so the text does. */
  private void result(Part.ToolResult result) throws ProviderException {
    if (PromptParts.haveMedia(result.content())) {
      throw rejected("takes only text in a tool result");
    }
    String text = PromptParts.text(result.content());
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

  private static ProviderException rejected(String what) {
    return ProviderException.unsupported(OllamaRequest.TYPE, what);
  }
}
