package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the prompt as {@code messages}. What the format has no place for ends the request, with
 * one exception: reasoning isn't sent back, as servers expect.
 */
final class OpenAiChatMessages {
  private static final Pattern SHORT_ID = Pattern.compile("[A-Za-z0-9]{9}");

  private final JsonGenerator json;
  private final boolean shortIds;

  private OpenAiChatMessages(JsonGenerator json, boolean shortIds) {
    this.json = json;
    this.shortIds = shortIds;
  }

  /**
   * @param shortIds whether ids of tool calls must be nine letters and digits
   */
  static void write(JsonGenerator json, List<Utterance> messages, boolean shortIds)
      throws ProviderException {
    OpenAiChatMessages writer = new OpenAiChatMessages(json, shortIds);
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
          result(part);
        }
      }
    }
  }

  private void said(Utterance message) throws ProviderException {
    start(message.role());
    if (PromptParts.haveMedia(message.parts())) {
      json.writeName("content");
      json.writeStartArray();
      for (Part part : message.parts()) {
        content(part);
      }
      json.writeEndArray();
    } else {
      json.writeStringProperty("content", PromptParts.text(message.parts()));
    }
    json.writeEndObject();
  }

  private void content(Part part) throws ProviderException {
    switch (part) {
      case Part.Text(String text) -> {
        if (!text.isEmpty()) { // some servers refuse it
          json.writeStartObject();
          json.writeStringProperty("type", "text");
          json.writeStringProperty("text", text);
          json.writeEndObject();
        }
      }
      case Part.Image image -> image(image);
      case Part.File file when PromptParts.isOf(file, "image/") -> image(file);
      case Part.File file -> file(file);
      case Part.Reasoning reasoning -> throw PromptParts.misplaced();
      case Part.ToolCall call -> throw PromptParts.misplaced();
      case Part.ToolResult result -> throw PromptParts.misplaced();
    }
  }

  private void image(Part.Media image) {
    startTyped("image_url");
    json.writeStringProperty("url", PromptParts.url(image));
    endTyped();
  }

  private void file(Part.File file) throws ProviderException {
    String data = file.data();
    if (data == null) {
      throw rejected("takes files only as data, not by url");
    }
    if (PromptParts.isOf(file, "audio/")) {
      startTyped("input_audio");
      json.writeStringProperty("data", data);
      json.writeStringProperty("format", audioFormat(file));
    } else {
      startTyped("file");
      json.writeStringProperty("filename", file.name() == null ? "file" : file.name());
      json.writeStringProperty("file_data", PromptParts.url(file));
    }
    endTyped();
  }

  private static String audioFormat(Part.File file) throws ProviderException {
    return switch (String.valueOf(file.mediaType())) {
      case "audio/wav", "audio/x-wav", "audio/wave" -> "wav";
      case "audio/mpeg", "audio/mp3" -> "mp3";
      default -> throw rejected("takes audio only as audio/wav or audio/mpeg");
    };
  }

  private void startTyped(String type) {
    json.writeStartObject();
    json.writeStringProperty("type", type);
    json.writeName(type);
    json.writeStartObject();
  }

  private void endTyped() {
    json.writeEndObject();
    json.writeEndObject();
  }

  private void answer(Utterance message) {
    List<Part.ToolCall> calls = PromptParts.calls(message.parts());
    String text = PromptParts.text(message.parts());
    if (text.isEmpty() && calls.isEmpty()) {
      return;
    }
    start(message.role());
    json.writeStringProperty("content", text);
    if (!calls.isEmpty()) {
      json.writeName("tool_calls");
      json.writeStartArray();
      calls.forEach(this::call);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void call(Part.ToolCall call) {
    json.writeStartObject();
    json.writeStringProperty("id", id(call.callId()));
    json.writeStringProperty("type", "function");
    json.writeName("function");
    json.writeStartObject();
    json.writeStringProperty("name", PromptParts.name(call));
    json.writeStringProperty("arguments", call.arguments());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** An id that doesn't do becomes another, the same each time: nine digits of its hash. */
  private String id(String id) {
    return shortIds && !SHORT_ID.matcher(id).matches() ? Answer.sha256(id).substring(0, 9) : id;
  }

  /** The format can't say that a tool failed, so the text does. */
  private void result(Part part) throws ProviderException {
    if (!(part instanceof Part.ToolResult result)) {
      throw PromptParts.misplaced();
    }
    if (PromptParts.haveMedia(result.content())) {
      throw rejected("takes only text in a tool result");
    }
    String text = PromptParts.text(result.content());
    start(Role.TOOL);
    json.writeStringProperty("tool_call_id", id(result.toolCallId()));
    json.writeStringProperty("content", result.isError() ? "Error: " + text : text);
    json.writeEndObject();
  }

  private void start(Role role) {
    json.writeStartObject();
    json.writeStringProperty("role", role.wire());
  }

  private static ProviderException rejected(String what) {
    return ProviderException.unsupported(OpenAiChatRequest.TYPE, what);
  }
}
