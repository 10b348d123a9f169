package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import java.util.List;
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
    String system = PromptParts.system(messages);
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
    if (!PromptParts.haveMedia(parts)) {
      json.writeStringProperty(name, prefix + PromptParts.text(parts));
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
      case Part.File file when PromptParts.isOf(file, "image/") -> image(file);
      case Part.File file when PromptParts.isOf(file, "audio/") ->
          throw ProviderException.unsupported(ResponsesRequest.TYPE, "takes no sound");
      case Part.File file -> file(file);
      case Part.Reasoning reasoning -> throw PromptParts.misplaced();
      case Part.ToolCall call -> throw PromptParts.misplaced();
      case Part.ToolResult result -> throw PromptParts.misplaced();
    }
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      start("input_text");
      json.writeStringProperty("text", text);
      json.writeEndObject();
    }
  }

  private void image(Part.Media image) {
    start("input_image");
    json.writeStringProperty("image_url", PromptParts.url(image));
    json.writeStringProperty("detail", "auto"); // the default, which the format demands
    json.writeEndObject();
  }

  private void file(Part.File file) {
    start("input_file");
    if (file.url() != null) {
      json.writeStringProperty("file_url", file.url());
    } else {
      json.writeStringProperty("filename", file.name() == null ? "file" : file.name());
      json.writeStringProperty("file_data", PromptParts.url(file));
    }
    json.writeEndObject();
  }

  private void answer(List<Part> parts) {
    String text = PromptParts.text(parts);
    if (!text.isEmpty()) {
      start("message");
      json.writeStringProperty("role", "assistant");
      json.writeStringProperty("content", text);
      json.writeEndObject();
    }
    PromptParts.calls(parts).forEach(this::call);
  }

  private void call(Part.ToolCall call) {
    start("function_call");
    json.writeStringProperty("call_id", call.callId());
    json.writeStringProperty("name", PromptParts.name(call));
    json.writeStringProperty("arguments", call.arguments());
    json.writeEndObject();
  }

  /** The format can't say that a tool failed, so the text does. */
  private void result(Part part) throws ProviderException {
    if (!(part instanceof Part.ToolResult result)) {
      throw PromptParts.misplaced();
    }
    start("function_call_output");
    json.writeStringProperty("call_id", result.toolCallId());
    content("output", result.content(), result.isError() ? "Error: " : "");
    json.writeEndObject();
  }
}
