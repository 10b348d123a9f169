package io.streamrelay.client.codec;

import io.streamrelay.client.message.Part;
import io.streamrelay.client.wire.Json;
import io.streamrelay.client.wire.JsonObject;
import io.streamrelay.client.wire.MalformedAnswerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of messages. */
final class Parts {
  private Parts() {}

  static Part read(JsonObject part) {
    try {
      return switch (part.text("type")) {
        case "text" -> new Part.Text(part.text("text"));
        case "reasoning" -> new Part.Reasoning(part.text("text"));
        case "image" ->
            new Part.Image(
                part.optionalText("url"),
                part.optionalText("mediaType"),
                part.optionalText("data"));
        case "file" ->
            new Part.File(
                part.optionalText("name"),
                part.optionalText("url"),
                part.optionalText("mediaType"),
                part.optionalText("data"));
        case "tool_call" -> readCall(part);
        case "tool_result" ->
            new Part.ToolResult(
                part.text("toolCallId"),
                part.list("content", Parts::read),
                part.optionalFlag("isError"));
        default -> new Part.Unknown(part.text("type"), Json.write(part.fields()));
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedAnswerException("a part: " + e.getMessage());
    }
  }

  static Part.ToolCall readCall(JsonObject call) {
    return new Part.ToolCall(
        call.integer("index"),
        call.optionalText("id"),
        call.optionalText("name"),
        call.text("arguments"));
  }

  static List<Map<String, @Nullable Object>> write(List<Part> parts) {
    return parts.stream().map(Parts::write).toList();
  }

  /**
   * @throws IllegalArgumentException of one that can't be handed in
   */
  static Map<String, @Nullable Object> write(Part part) {
    return switch (part) {
      case Part.Text(String text) -> fields("text", "text", text);
      case Part.Reasoning(String text) -> fields("reasoning", "text", text);
      case Part.Image image ->
          fields("image", "url", image.url(), "mediaType", image.mediaType(), "data", image.data());
      case Part.File file ->
          fields(
              "file",
              "name",
              file.name(),
              "url",
              file.url(),
              "mediaType",
              file.mediaType(),
              "data",
              file.data());
      case Part.ToolCall call ->
          fields(
              "tool_call",
              "index",
              call.index(),
              "id",
              call.id(),
              "name",
              call.name(),
              "arguments",
              call.arguments());
      case Part.ToolResult result ->
          fields(
              "tool_result",
              "toolCallId",
              result.toolCallId(),
              "content",
              write(result.content()),
              "isError",
              result.isError());
      case Part.Unknown unknown ->
          throw new IllegalArgumentException("a part " + unknown.type() + " can't be handed in");
    };
  }

  /** Those that are null are left out. */
  private static Map<String, @Nullable Object> fields(
      String type, @Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i] instanceof String name && namesAndValues[i + 1] != null) {
        fields.put(name, namesAndValues[i + 1]);
      }
    }
    return fields;
  }
}
