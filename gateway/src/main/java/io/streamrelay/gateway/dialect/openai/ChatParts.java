package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.MediaFields;
import io.streamrelay.protocol.event.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what one of {@code messages} says: text, or parts, which depend on who speaks. */
final class ChatParts {
  private static final String CONTENT = "content";
  private static final Set<String> TEXT = Set.of("text");
  private static final Set<String> OF_USER = Set.of("text", "image_url", "file");
  private static final Set<String> OF_ASSISTANT = Set.of("text", "refusal");

  private ChatParts() {}

  static List<Part> ofSystem(JsonFields message) {
    return OpenAiContent.something(message, CONTENT, content(message, TEXT));
  }

  static List<Part> ofUser(JsonFields message) {
    return OpenAiContent.something(message, CONTENT, content(message, OF_USER));
  }

  /** Empty if it says nothing. */
  static List<Part> ofAssistant(JsonFields message) {
    List<Part> parts = new ArrayList<>();
    add(parts, message.text("reasoning_content"), true);
    if (message.has(CONTENT)) {
      parts.addAll(content(message, OF_ASSISTANT));
    }
    add(parts, message.text("refusal"), false);
    parts.removeIf(part -> part instanceof Part.Text(String text) && text.isBlank());
    parts.addAll(calls(message));
    return parts;
  }

  private static void add(List<Part> parts, @Nullable String text, boolean thought) {
    if (text != null && !text.isBlank()) {
      parts.add(thought ? new Part.Reasoning(text) : new Part.Text(text));
    }
  }

  static Part.ToolResult result(JsonFields message) {
    return new Part.ToolResult(
        OpenAiFields.name(message, "tool_call_id"), content(message, OF_USER), false);
  }

  private static List<Part> content(JsonFields message, Set<String> types) {
    return OpenAiContent.read(message, CONTENT, types, ChatParts::part);
  }

  private static Part part(String type, JsonFields part) {
    part.only(Set.of("type", type));
    return switch (type) {
      case "image_url" -> image(part);
      case "file" -> file(part);
      default -> new Part.Text(part.requiredText(type));
    };
  }

  private static Part image(JsonFields part) {
    JsonFields image =
        part.required("image_url", part.object("image_url", Set.of("url", "detail")));
    image.text("detail");
    return MediaFields.imageByUrl(image, "url");
  }

  private static Part file(JsonFields part) {
    JsonFields file =
        part.required("file", part.object("file", Set.of("filename", "file_data", "file_id")));
    OpenAiFields.checkAbsent(file, "file_id", "no files are kept here; send 'file_data'");
    return MediaFields.fileByUrl(file, "filename", "file_data");
  }

  private static List<Part> calls(JsonFields message) {
    Set<String> ids = new HashSet<>();
    List<Part> calls = new ArrayList<>();
    message.objects(
        "tool_calls",
        Set.of("index", "id", "type", "function"),
        OpenAiContent.MAX_PARTS,
        given -> {
          Part.ToolCall call = call(given, calls.size());
          if (!ids.add(call.callId())) {
            throw Problem.invalid("'" + given.path("id") + "' is that of another call").exception();
          }
          return calls.add(call);
        });
    return calls;
  }

  private static Part.ToolCall call(JsonFields given, int index) {
    String type = given.text("type");
    if (type != null && !type.equals("function")) {
      throw Problem.invalid("'" + given.path("type") + "' must be 'function' here").exception();
    }
    JsonFields function =
        given.required(
            "function", given.object("function", Set.of("name", "arguments", "parsed_arguments")));
    return new Part.ToolCall(
        index,
        OpenAiFields.name(given, "id"),
        OpenAiFields.name(function, "name"),
        OpenAiFields.arguments(function));
  }
}
