package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.ToolArguments;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the prompt as {@code system} and {@code messages}. Messages of one side that follow each
 * other become one, as results of tools and what the user says next. What the format has no place
 * for ends the request, with one exception: reasoning isn't sent back, since its signature isn't
 * kept.
 */
final class AnthropicMessages {
  private final JsonGenerator json;

  /** Of the message that isn't at its end; null: none. */
  private @Nullable String side;

  private AnthropicMessages(JsonGenerator json) {
    this.json = json;
  }

  static void write(JsonGenerator json, List<Utterance> messages) throws ProviderException {
    String system = PromptParts.system(messages);
    if (!system.isEmpty()) {
      json.writeStringProperty("system", system);
    }
    json.writeName("messages");
    json.writeStartArray();
    AnthropicMessages writer = new AnthropicMessages(json);
    for (Utterance message : messages) {
      if (message.role() != Role.SYSTEM) {
        writer.message(message);
      }
    }
    writer.close();
    json.writeEndArray();
  }

  private void message(Utterance message) throws ProviderException {
    String from = message.role() == Role.ASSISTANT ? "assistant" : "user";
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Reasoning reasoning -> {}
        case Part.Text(String text) when text.isBlank() -> {} // it is refused
        case Part.ToolCall call -> call(call, from);
        case Part.ToolResult result -> result(result, from);
        case Part.Text text -> {
          open(from);
          text(text.text());
        }
        case Part.Media media -> {
          open(from);
          media(media);
        }
      }
    }
  }

  private void open(String from) {
    if (from.equals(side)) {
      return;
    }
    close();
    side = from;
    json.writeStartObject();
    json.writeStringProperty("role", from);
    json.writeName("content");
    json.writeStartArray();
  }

  private void close() {
    if (side != null) {
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private void start(String type) {
    json.writeStartObject();
    json.writeStringProperty("type", type);
  }

  private void text(String text) {
    start("text");
    json.writeStringProperty("text", text);
    json.writeEndObject();
  }

  private void media(Part.Media media) throws ProviderException {
    String type = String.valueOf(media.mediaType());
    if (media instanceof Part.Image || type.startsWith("image/")) {
      start("image");
      source(media);
    } else if (media.url() != null || type.equals("application/pdf")) {
      document(media);
      source(media);
    } else if (type.startsWith("text/")) {
      document(media);
      json.writeName("source");
      start("text");
      json.writeStringProperty("media_type", "text/plain");
      json.writeStringProperty("data", decoded(media));
      json.writeEndObject();
    } else {
      throw rejected("takes images, PDF and text only as files");
    }
    json.writeEndObject();
  }

  private void document(Part.Media media) {
    start("document");
    if (media instanceof Part.File file && file.name() != null) {
      json.writeStringProperty("title", file.name());
    }
  }

  private void source(Part.Media media) {
    json.writeName("source");
    if (media.url() != null) {
      start("url");
      json.writeStringProperty("url", media.url());
    } else {
      start("base64");
      json.writeStringProperty("media_type", media.mediaType());
      json.writeStringProperty("data", media.data());
    }
    json.writeEndObject();
  }

  private static String decoded(Part.Media media) throws ProviderException {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(String.valueOf(media.data()));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw rejected("takes data of files in base64 only");
    }
  }

  private void call(Part.ToolCall call, String from) {
    open(from);
    start("tool_use");
    json.writeStringProperty("id", PromptParts.plainId(call.callId()));
    json.writeStringProperty("name", PromptParts.name(call));
    RequestJson.raw(json, "input", ToolArguments.object(call.arguments()));
    json.writeEndObject();
  }

  private void result(Part.ToolResult result, String from) throws ProviderException {
    open(from);
    start("tool_result");
    json.writeStringProperty("tool_use_id", PromptParts.plainId(result.toolCallId()));
    json.writeName("content");
    json.writeStartArray();
    for (Part part : result.content()) {
      if (part instanceof Part.Media media) {
        media(media);
      } else if (part instanceof Part.Text(String text) && !text.isBlank()) {
        text(text);
      }
    }
    json.writeEndArray();
    if (result.isError()) {
      json.writeBooleanProperty("is_error", true);
    }
    json.writeEndObject();
  }

  private static ProviderException rejected(String what) {
    return ProviderException.unsupported(AnthropicRequest.TYPE, what);
  }
}
