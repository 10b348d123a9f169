package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderException;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the prompt as {@code instructions} and {@code input}: messages, tool calls and their
 * results, each an item of its own. What the format has no place for ends the request, with one
 * exception: reasoning isn't sent back.
 *
 * <p>An assistant's text is written as a plain string, and so is all text alone: as typed parts it
 * would need an id and a status, which a history of any origin hasn't, and servers other than
 * OpenAI's refuse it without.
 */
final class ResponsesInput {
  private final JsonGenerator json;

  private ResponsesInput(JsonGenerator json) {
    this.json = json;
  }

  static void write(JsonGenerator json, List<Utterance> messages) throws ProviderException {
    String system =
        messages.stream()
            .filter(message -> message.role() == Role.SYSTEM)
            .map(message -> text(message.parts()))
            .filter(text -> !text.isBlank())
            .collect(Collectors.joining("\n\n"));
    if (!system.isEmpty()) {
      json.writeStringProperty("instructions", system);
    }
    json.writeName("input");
    json.writeStartArray();
    ResponsesInput writer = new ResponsesInput(json);
    for (Utterance message : messages) {
      writer.message(message);
    }
    json.writeEndArray();
  }

  private void message(Utterance message) throws ProviderException {
    switch (message.role()) {
      case SYSTEM -> {}
      case USER -> {
        start("message");
        json.writeStringProperty("role", "user");
        content("content", message.parts(), "");
        json.writeEndObject();
      }
      case ASSISTANT -> answer(message.parts());
      case TOOL -> {
        for (Part part : message.parts()) {
          result(part);
        }
      }
    }
  }

  private void start(String type) {
    json.writeStartObject();
    json.writeStringProperty("type", type);
  }

  /** A string if it is text alone, else typed parts. */
  private void content(String name, List<Part> parts, String prefix) throws ProviderException {
    if (parts.stream().noneMatch(Part.Media.class::isInstance)) {
      json.writeStringProperty(name, prefix + text(parts));
      return;
    }
    json.writeName(name);
    json.writeStartArray();
    text(prefix);
    for (Part part : parts) {
      part(part);
    }
    json.writeEndArray();
  }

  private void part(Part part) throws ProviderException {
    switch (part) {
      case Part.Text(String text) -> text(text);
      case Part.Image image -> image(image);
      case Part.File file when isOf(file, "image/") -> image(file);
      case Part.File file when isOf(file, "audio/") -> throw rejected("takes no sound");
      case Part.File file -> file(file);
      case Part.Reasoning reasoning -> throw misplaced();
      case Part.ToolCall call -> throw misplaced();
      case Part.ToolResult result -> throw misplaced();
    }
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      start("input_text");
      json.writeStringProperty("text", text);
      json.writeEndObject();
    }
  }

  private static boolean isOf(Part.Media media, String kind) {
    return media.mediaType() != null && media.mediaType().startsWith(kind);
  }

  private void image(Part.Media image) {
    start("input_image");
    json.writeStringProperty("image_url", image.url() != null ? image.url() : dataUrl(image));
    json.writeStringProperty("detail", "auto"); // the default, which the format demands
    json.writeEndObject();
  }

  private void file(Part.File file) {
    start("input_file");
    if (file.url() != null) {
      json.writeStringProperty("file_url", file.url());
    } else {
      json.writeStringProperty("filename", file.name() == null ? "file" : file.name());
      json.writeStringProperty("file_data", dataUrl(file));
    }
    json.writeEndObject();
  }

  private static String dataUrl(Part.Media media) {
    return "data:" + media.mediaType() + ";base64," + media.data();
  }

  private void answer(List<Part> parts) {
    String text = text(parts);
    if (!text.isEmpty()) {
      start("message");
      json.writeStringProperty("role", "assistant");
      json.writeStringProperty("content", text);
      json.writeEndObject();
    }
    for (Part part : parts) {
      if (part instanceof Part.ToolCall call) {
        start("function_call");
        json.writeStringProperty("call_id", call.callId());
        json.writeStringProperty("name", call.name() == null ? "" : call.name());
        json.writeStringProperty("arguments", call.arguments());
        json.writeEndObject();
      }
    }
  }

  /** The format can't say that a tool failed, so the text does. */
  private void result(Part part) throws ProviderException {
    if (!(part instanceof Part.ToolResult result)) {
      throw misplaced();
    }
    start("function_call_output");
    json.writeStringProperty("call_id", result.toolCallId());
    content("output", result.content(), result.isError() ? "Error: " : "");
    json.writeEndObject();
  }

  private static String text(List<Part> parts) {
    return parts.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n"));
  }

  private static ProviderException rejected(String what) {
    return new ProviderException(
        FailureCode.PROVIDER_REJECTED, "a provider of type openai-responses " + what);
  }

  private static IllegalArgumentException misplaced() {
    return new IllegalArgumentException("a part that its role can't have");
  }
}
