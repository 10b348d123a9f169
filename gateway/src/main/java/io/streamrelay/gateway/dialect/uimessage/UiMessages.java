package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.MediaFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one UI message as what was said in it: an assistant's has its tools' results within, and
 * may be several answers, a step each. What shows things to people only (data parts, sources) is
 * passed over, and so is what a version of the SDK adds to messages and parts.
 */
final class UiMessages {
  /** The data part that drops what stands before it: see {@link OnTakeover#MARK}. */
  static final String MARK = "data-relay-takeover";

  private static final int MAX_PARTS = 1000;
  private static final int MAX_NAME_CHARS = 256;
  private static final String STATIC_TOOL = "tool-";

  private final List<Utterance> said = new ArrayList<>();
  private final List<Part> answer = new ArrayList<>();
  private final List<Part> results = new ArrayList<>();
  private int calls;

  private UiMessages() {}

  static List<Utterance> read(JsonFields message) {
    String role = message.requiredText("role");
    List<JsonFields> parts =
        message.required("parts", message.variants("parts", MAX_PARTS, part -> part));
    return switch (role) {
      case "system" -> List.of(new Utterance(Role.SYSTEM, words(message, parts)));
      case "user" -> List.of(new Utterance(Role.USER, words(message, parts)));
      case "assistant" -> answers(parts);
      default ->
          throw Problem.invalid(
                  "'%s' must be 'system', 'user' or 'assistant'".formatted(message.path("role")))
              .exception();
    };
  }

  private static List<Part> words(JsonFields message, List<JsonFields> parts) {
    List<Part> words = new ArrayList<>();
    for (JsonFields part : parts) {
      String type = part.requiredText("type");
      switch (type) {
        case "text" -> words.add(new Part.Text(part.requiredText("text")));
        case "file" -> words.add(MediaFields.linked(part));
        default -> checkShown(part, type);
      }
    }
    boolean silent =
        words.stream().allMatch(part -> part instanceof Part.Text(String text) && text.isBlank());
    if (silent) {
      throw Problem.invalid("'" + message.path("parts") + "' is empty").exception();
    }
    return words;
  }

  private static void checkShown(JsonFields part, String type) {
    if (!type.startsWith("data-")) {
      throw Problem.invalid(
              "'%s' can't be %s here, only text, file, data-…"
                  .formatted(part.path("type"), Excerpt.of(type)))
          .exception();
    }
  }

  private static List<Utterance> answers(List<JsonFields> parts) {
    UiMessages message = new UiMessages();
    parts.forEach(message::add);
    message.endStep();
    return message.said;
  }

  private void add(JsonFields part) {
    String type = part.requiredText("type");
    switch (type) {
      case "step-start" -> endStep();
      case "text" -> say(new Part.Text(part.requiredText("text")));
      case "reasoning" -> say(new Part.Reasoning(part.requiredText("text")));
      case "dynamic-tool" -> call(part, name(part, "toolName", part.requiredText("toolName")));
      case MARK -> forget();
      default -> {
        if (type.startsWith(STATIC_TOOL)) {
          call(part, name(part, "type", type.substring(STATIC_TOOL.length())));
        }
      }
    }
  }

  private void say(Part words) {
    if (!results.isEmpty()) {
      endStep();
    }
    boolean blank =
        words instanceof Part.Text(String text) && text.isBlank()
            || words instanceof Part.Reasoning(String thought) && thought.isBlank();
    if (!blank) {
      answer.add(words);
    }
  }

  /** A call of which the input never came whole is none. */
  private void call(JsonFields part, String name) {
    String state = part.requiredText("state");
    if (state.equals("input-streaming")) {
      return;
    }
    String id = name(part, "toolCallId", part.requiredText("toolCallId"));
    answer.add(new Part.ToolCall(calls++, id, name, input(part)));
    Part.ToolResult result =
        switch (state) {
          case "output-available" -> result(id, value(part, "output", "null"), false);
          case "output-error" -> result(id, part.requiredText("errorText"), true);
          case "output-denied" -> result(id, "The user denied this call.", true);
          default -> null;
        };
    if (result != null) {
      results.add(result);
    }
  }

  private static Part.ToolResult result(String id, String content, boolean failed) {
    return new Part.ToolResult(id, List.of(new Part.Text(content)), failed);
  }

  /** What was no JSON is kept as the model wrote it. */
  private static String input(JsonFields part) {
    String json = part.value("input");
    return json == null ? value(part, "rawInput", "{}") : json;
  }

  /** A text as it is, anything else as JSON. */
  private static String value(JsonFields part, String field, String otherwise) {
    String value = part.isText(field) ? part.text(field) : part.value(field);
    return value == null ? otherwise : value;
  }

  private static String name(JsonFields part, String field, String name) {
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw Problem.invalid(
              "'%s' must have 1 to %d characters".formatted(part.path(field), MAX_NAME_CHARS))
          .exception();
    }
    return name;
  }

  private void endStep() {
    if (!answer.isEmpty()) {
      said.add(new Utterance(Role.ASSISTANT, answer));
    }
    if (!results.isEmpty()) {
      said.add(new Utterance(Role.TOOL, results));
    }
    startAnew();
  }

  private void forget() {
    said.clear();
    startAnew();
  }

  private void startAnew() {
    answer.clear();
    results.clear();
    calls = 0;
  }
}
