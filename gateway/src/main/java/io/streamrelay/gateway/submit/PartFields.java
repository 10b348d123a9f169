package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a message: which there may be depends on who speaks. */
final class PartFields {
  private static final int MAX_PARTS = 100;
  private static final int MAX_ID_CHARS = 256;
  private static final int MAX_INDEX = 9999;

  private static final Set<String> OF_SYSTEM = Set.of("text");
  private static final Set<String> OF_USER = Set.of("text", "image", "file");
  private static final Set<String> OF_ASSISTANT = Set.of("text", "reasoning", "tool_call");
  private static final Set<String> OF_TOOL = Set.of("tool_result", "text", "image", "file");

  private PartFields() {}

  static List<Part> read(JsonFields of, String name, Role role) {
    Set<String> types =
        switch (role) {
          case SYSTEM -> OF_SYSTEM;
          case USER -> OF_USER;
          case ASSISTANT -> OF_ASSISTANT;
          case TOOL -> OF_TOOL;
        };
    List<Part> parts = of.required(name, read(of, name, types));
    if (role == Role.TOOL) {
      checkResultsFirst(parts, of.path(name));
    }
    return role == Role.ASSISTANT ? numbered(parts, of.path(name)) : parts;
  }

  /** A submitted message says by its parts whether it is the user's or a tool's. */
  static List<Part> submitted(JsonFields message) {
    List<Part> parts = message.required("parts", read(message, "parts", OF_TOOL));
    if (parts.stream().anyMatch(Part.ToolResult.class::isInstance)) {
      checkResultsFirst(parts, message.path("parts"));
    }
    return parts;
  }

  private static @Nullable List<Part> read(JsonFields of, String name, Set<String> types) {
    return of.variants(name, MAX_PARTS, part -> part(part, types));
  }

  private static Part part(JsonFields part, Set<String> types) {
    String type = part.requiredText("type");
    if (!types.contains(type)) {
      throw Problem.invalid(
              "'"
                  + part.path("type")
                  + "' can't be "
                  + Excerpt.of(type)
                  + " here, only "
                  + String.join(", ", new TreeSet<>(types)))
          .exception();
    }
    return switch (type) {
      case "text" -> new Part.Text(words(part));
      case "reasoning" -> new Part.Reasoning(words(part));
      case "image" -> MediaFields.image(part);
      case "file" -> MediaFields.file(part);
      case "tool_call" -> call(part);
      default -> result(part);
    };
  }

  private static String words(JsonFields part) {
    part.only(Set.of("type", "text"));
    return part.requiredText("text");
  }

  private static Part.ToolCall call(JsonFields part) {
    part.only(Set.of("type", "index", "id", "name", "arguments"));
    Long index = part.integer("index", 0, MAX_INDEX);
    String arguments = part.isObject("arguments") ? part.json("arguments") : null;
    return new Part.ToolCall(
        index == null ? -1 : index.intValue(),
        part.has("id") ? name(part, "id") : null,
        name(part, "name"),
        arguments == null ? part.requiredText("arguments") : arguments);
  }

  private static Part.ToolResult result(JsonFields part) {
    part.only(Set.of("type", "toolCallId", "content", "isError"));
    Boolean failed = part.bool("isError");
    return new Part.ToolResult(name(part, "toolCallId"), content(part), failed != null && failed);
  }

  private static List<Part> content(JsonFields part) {
    if (part.isArray("content")) {
      return part.required("content", read(part, "content", OF_USER));
    }
    if (part.isObject("content")) {
      return List.of(new Part.Text(part.required("content", part.json("content"))));
    }
    if (part.has("content") && !part.isText("content")) {
      throw Problem.invalid(
              "'" + part.path("content") + "' must be a string, an array of parts, or an object")
          .exception();
    }
    return List.of(new Part.Text(part.requiredText("content")));
  }

  private static String name(JsonFields part, String field) {
    String name = part.requiredText(field);
    if (name.isBlank() || name.length() > MAX_ID_CHARS) {
      throw Problem.invalid(
              "'" + part.path(field) + "' must have 1 to " + MAX_ID_CHARS + " characters")
          .exception();
    }
    return name;
  }

  private static void checkResultsFirst(List<Part> parts, String path) {
    boolean said = false;
    for (int i = 0; i < parts.size(); i++) {
      boolean result = parts.get(i) instanceof Part.ToolResult;
      if (said && result) {
        throw Problem.invalid("'" + path + "[" + i + "]': tool results come before all other parts")
            .exception();
      }
      said = said || !result;
    }
    if (parts.isEmpty() || !(parts.getFirst() instanceof Part.ToolResult)) {
      throw Problem.invalid("'" + path + "' of the role 'tool' must begin with a tool_result")
          .exception();
    }
  }

  /** Calls without an index get their place among the calls. */
  private static List<Part> numbered(List<Part> parts, String path) {
    List<Part> numbered = new ArrayList<>(parts.size());
    Set<String> ids = new TreeSet<>();
    int place = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (part instanceof Part.ToolCall(int index, String id, String name, String arguments)) {
        Part.ToolCall call = new Part.ToolCall(index < 0 ? place : index, id, name, arguments);
        if (!ids.add(call.callId())) {
          throw Problem.invalid("'" + path + "[" + i + "].id' is that of another call").exception();
        }
        part = call;
        place++;
      }
      numbered.add(part);
    }
    return numbered;
  }
}
