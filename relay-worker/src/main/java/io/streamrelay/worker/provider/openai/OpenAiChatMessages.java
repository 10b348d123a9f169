package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    if (message.parts().stream().anyMatch(Part.Media.class::isInstance)) {
      json.writeName("content");
      json.writeStartArray();
      for (Part part : message.parts()) {
        content(part);
      }
      json.writeEndArray();
    } else {
      json.writeStringProperty("content", text(message.parts()));
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
      case Part.File file when isOf(file, "image/") -> image(file);
      case Part.File file -> file(file);
      case Part.Reasoning reasoning -> throw misplaced();
      case Part.ToolCall call -> throw misplaced();
      case Part.ToolResult result -> throw misplaced();
    }
  }

  private static boolean isOf(Part.Media media, String kind) {
    return media.mediaType() != null && media.mediaType().startsWith(kind);
  }

  private void image(Part.Media image) {
    startTyped("image_url");
    json.writeStringProperty("url", image.url() != null ? image.url() : dataUrl(image));
    endTyped();
  }

  private void file(Part.File file) throws ProviderException {
    String data = file.data();
    if (data == null) {
      throw rejected("takes files only as data, not by url");
    }
    if (isOf(file, "audio/")) {
      startTyped("input_audio");
      json.writeStringProperty("data", data);
      json.writeStringProperty("format", audioFormat(file));
    } else {
      startTyped("file");
      json.writeStringProperty("filename", file.name() == null ? "file" : file.name());
      json.writeStringProperty("file_data", dataUrl(file));
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

  private static String dataUrl(Part.Media media) {
    return "data:" + media.mediaType() + ";base64," + media.data();
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
    json.writeStringProperty("name", call.name() == null ? "" : call.name());
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
      throw misplaced();
    }
    if (result.content().stream().anyMatch(Part.Media.class::isInstance)) {
      throw rejected("takes only text in a tool result");
    }
    String text = text(result.content());
    start(Role.TOOL);
    json.writeStringProperty("tool_call_id", id(result.toolCallId()));
    json.writeStringProperty("content", result.isError() ? "Error: " + text : text);
    json.writeEndObject();
  }

  private void start(Role role) {
    json.writeStartObject();
    json.writeStringProperty("role", role.wire());
  }

  private static String text(List<Part> parts) {
    return parts.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n"));
  }

  private static ProviderException rejected(String what) {
    return new ProviderException(
        FailureCode.PROVIDER_REJECTED, "a provider of type openai-chat " + what);
  }

  private static IllegalArgumentException misplaced() {
    return new IllegalArgumentException("a part that its role can't have");
  }
}
