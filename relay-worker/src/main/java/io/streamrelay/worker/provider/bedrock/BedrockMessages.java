package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.ToolArguments;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the prompt as {@code system} and {@code messages}. User and assistant must take turns, so
 * what one says in a row, tools' results included, is one message; blank text is left out, for it
 * is refused. What the format has no place for ends the request, with one exception: reasoning
 * isn't sent back, since it would need its signature.
 *
 * <p>Not thread-safe: one prompt, one writer.
 */
final class BedrockMessages {
  /** As many as a hash has. */
  private static final int MAX_ID_CHARS = 64;

  private final JsonGenerator json;
  private final BedrockMedia media;
  private @Nullable Role speaking;

  private BedrockMessages(JsonGenerator json) {
    this.json = json;
    this.media = new BedrockMedia(json);
  }

  static void write(JsonGenerator json, List<Utterance> messages) throws ProviderException {
    new BedrockMessages(json).write(messages);
  }

  private void write(List<Utterance> messages) throws ProviderException {
    json.writeName("system");
    json.writeStartArray();
    for (Utterance message : messages) {
      if (message.role() == Role.SYSTEM) {
        blocks(message.parts());
      }
    }
    json.writeEndArray();
    json.writeName("messages");
    json.writeStartArray();
    for (Utterance message : messages) {
      if (message.role() != Role.SYSTEM) {
        speaks(message.role() == Role.ASSISTANT ? Role.ASSISTANT : Role.USER, message);
      }
    }
    endMessage();
    json.writeEndArray();
  }

  private void speaks(Role role, Utterance message) throws ProviderException {
    if (message.parts().stream().allMatch(BedrockMessages::isLeftOut)) {
      return;
    }
    if (speaking != role) {
      endMessage();
      speaking = role;
      json.writeStartObject();
      json.writeStringProperty("role", role.wire());
      json.writeName("content");
      json.writeStartArray();
    }
    blocks(message.parts());
  }

  private void endMessage() {
    if (speaking != null) {
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static boolean isLeftOut(Part part) {
    return part instanceof Part.Text(String text) && text.isBlank()
        || part instanceof Part.Reasoning;
  }

  private void blocks(List<Part> parts) throws ProviderException {
    for (Part part : parts) {
      if (!isLeftOut(part)) {
        json.writeStartObject();
        block(part);
        json.writeEndObject();
      }
    }
  }

  private void block(Part part) throws ProviderException {
    switch (part) {
      case Part.Text(String text) -> json.writeStringProperty("text", text);
      case Part.Reasoning reasoning -> {}
      case Part.Media file -> media.write(file);
      case Part.ToolCall call -> call(call);
      case Part.ToolResult result -> result(result);
    }
  }

  private void call(Part.ToolCall call) {
    json.writeName("toolUse");
    json.writeStartObject();
    json.writeStringProperty("toolUseId", id(call.callId()));
    json.writeStringProperty("name", PromptParts.name(call));
    RequestJson.raw(json, "input", ToolArguments.object(call.arguments()));
    json.writeEndObject();
  }

  private static String id(String callId) {
    String plain = PromptParts.plainId(callId);
    return plain.length() <= MAX_ID_CHARS ? plain : Answer.sha256(callId);
  }

  private void result(Part.ToolResult result) throws ProviderException {
    json.writeName("toolResult");
    json.writeStartObject();
    json.writeStringProperty("toolUseId", id(result.toolCallId()));
    json.writeName("content");
    json.writeStartArray();
    blocks(result.content());
    json.writeEndArray();
    if (result.isError()) { // some models know no status
      json.writeStringProperty("status", "error");
    }
    json.writeEndObject();
  }
}
