package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.PromptParts;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.RequestJson;
import io.streamrelay.worker.provider.ToolArguments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the prompt as {@code systemInstruction} and {@code contents}. What the format has no place
 * for ends the request, with one exception: reasoning isn't sent back, since its signature isn't
 * kept.
 */
final class GeminiContents {
  /** In place of a signature that isn't kept: newer models refuse a function call without one. */
  private static final String NO_SIGNATURE = "skip_thought_signature_validator";

  private final JsonGenerator json;
  private final boolean signed;

  /** What the functions are called, by call: a response names both. */
  private final Map<String, String> names = new HashMap<>();

  private GeminiContents(JsonGenerator json, boolean signed) {
    this.json = json;
    this.signed = signed;
  }

  static void write(JsonGenerator json, ProviderRequest request) throws ProviderException {
    List<Utterance> messages = request.messages();
    String system = PromptParts.system(messages);
    GeminiContents writer = new GeminiContents(json, isSigned(request.model()));
    if (!system.isEmpty()) {
      json.writeName("systemInstruction");
      json.writeStartObject();
      json.writeName("parts");
      json.writeStartArray();
      writer.text(system);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeName("contents");
    json.writeStartArray();
    for (Utterance message : messages) {
      if (message.role() != Role.SYSTEM) {
        writer.message(message);
      }
    }
    json.writeEndArray();
  }

  /** Models since 3 sign their calls. */
  private static boolean isSigned(String model) {
    return !model.startsWith("gemini-1.") && !model.startsWith("gemini-2.");
  }

  private void message(Utterance message) throws ProviderException {
    List<Part> said = message.parts().stream().filter(GeminiContents::isSent).toList();
    if (said.isEmpty()) {
      return;
    }
    json.writeStartObject();
    json.writeStringProperty("role", message.role() == Role.ASSISTANT ? "model" : "user");
    json.writeName("parts");
    json.writeStartArray();
    boolean firstCall = true;
    for (Part part : said) {
      switch (part) {
        case Part.Text text -> text(text.text());
        case Part.Reasoning reasoning -> {}
        case Part.Media media -> media(media);
        case Part.ToolCall call -> {
          call(call, signed && firstCall);
          firstCall = false;
        }
        case Part.ToolResult result -> result(result);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Empty text is refused. */
  private static boolean isSent(Part part) {
    return !(part instanceof Part.Reasoning)
        && !(part instanceof Part.Text(String text) && text.isEmpty());
  }

  private void text(String text) {
    json.writeStartObject();
    json.writeStringProperty("text", text);
    json.writeEndObject();
  }

  private void media(Part.Media media) {
    boolean inline = media.data() != null;
    json.writeStartObject();
    json.writeName(inline ? "inlineData" : "fileData");
    json.writeStartObject();
    if (media.mediaType() != null) {
      json.writeStringProperty("mimeType", media.mediaType());
    }
    json.writeStringProperty(inline ? "data" : "fileUri", inline ? media.data() : media.url());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** One signature stands for all calls of a message. */
  private void call(Part.ToolCall call, boolean withSignature) {
    String name = PromptParts.name(call);
    names.put(call.callId(), name);
    json.writeStartObject();
    json.writeName("functionCall");
    json.writeStartObject();
    json.writeStringProperty("id", call.callId());
    json.writeStringProperty("name", name);
    RequestJson.raw(json, "args", ToolArguments.object(call.arguments()));
    json.writeEndObject();
    if (withSignature) {
      json.writeStringProperty("thoughtSignature", NO_SIGNATURE);
    }
    json.writeEndObject();
  }

  private void result(Part.ToolResult result) throws ProviderException {
    if (PromptParts.haveMedia(result.content())) {
      throw ProviderException.unsupported(GeminiRequest.TYPE, "takes only text in a tool result");
    }
    json.writeStartObject();
    json.writeName("functionResponse");
    json.writeStartObject();
    json.writeStringProperty("id", result.toolCallId());
    json.writeStringProperty("name", names.getOrDefault(result.toolCallId(), ""));
    json.writeName("response");
    json.writeStartObject();
    json.writeStringProperty(
        result.isError() ? "error" : "output", PromptParts.text(result.content()));
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }
}
