package io.streamrelay.worker.provider.demo;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Tools.Mode;
import io.streamrelay.protocol.turn.Tools.Tool;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which tool {@code demo} calls, with which arguments, and what it says to the results. The same
 * for the same request.
 */
final class DemoTools {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern ASKED = Pattern.compile("\\btools?\\b", Pattern.CASE_INSENSITIVE);
  private static final int MAX_ARGUMENTS = 8;
  private static final int MAX_QUOTE_CHARS = 500;

  private static final Tools.Choice AUTO = new Tools.Choice(Mode.AUTO, null);

  /** What is called where the knob asks for a call and the request has no tools. */
  private static final Tool WEATHER =
      new Tool(
          "get_weather",
          null,
          """
          {"properties": {"place": {"enum": ["the mill"]}, "days": {"type": "integer"}}}
          """);

  private DemoTools() {}

  /** Null: it calls none. */
  static @Nullable Tool called(ProviderRequest request, DemoKnobs knobs, String question) {
    Tools tools = request.tools();
    if (tools == null) {
      Integer rounds = knobs.toolRounds();
      return rounds != null && rounds(request.messages()) < rounds ? WEATHER : null;
    }
    Tools.Choice choice = tools.choice() == null ? AUTO : tools.choice();
    int rounds = choice.mode() == Mode.NONE ? 0 : rounds(tools, choice, knobs, question);
    if (rounds(request.messages()) >= rounds) {
      return null;
    }
    Tool named = named(tools, choice.name() == null ? question : choice.name());
    return named == null ? tools.offered().getFirst() : named;
  }

  private static int rounds(Tools tools, Tools.Choice choice, DemoKnobs knobs, String question) {
    if (knobs.toolRounds() != null) {
      return knobs.toolRounds();
    }
    boolean asked =
        choice.mode() != Mode.AUTO
            || ASKED.matcher(question).find()
            || named(tools, question) != null;
    return asked ? 1 : 0;
  }

  private static @Nullable Tool named(Tools tools, String text) {
    String within = text.toLowerCase(Locale.ROOT);
    for (Tool tool : tools.offered()) {
      if (within.contains(tool.name().toLowerCase(Locale.ROOT))) {
        return tool;
      }
    }
    return null;
  }

  /** How often tools have answered since the user asked; what is said to results isn't asked. */
  private static int rounds(List<Utterance> messages) {
    int rounds = 0;
    Role before = Role.SYSTEM;
    for (Utterance message : messages) {
      if (message.role() == Role.TOOL) {
        rounds++;
      } else if (message.role() == Role.USER && before != Role.TOOL) {
        rounds = 0;
      }
      before = message.role();
    }
    return rounds;
  }

  /** A call of the tool, its arguments in pieces. */
  static List<ToolCall> call(Tool tool, String id) {
    List<ToolCall> pieces = new ArrayList<>();
    pieces.add(new ToolCall(0, id, tool.name(), ""));
    for (String piece : arguments(tool)) {
      pieces.add(new ToolCall(0, null, null, piece));
    }
    return pieces;
  }

  /** An object with a value for each property of the schema: {@code {"a":}, {@code 1,} … */
  private static List<String> arguments(Tool tool) {
    String schema = tool.parameters();
    JsonNode properties = JSON.readTree(schema == null ? "{}" : schema).path("properties");
    List<String> pieces = new ArrayList<>();
    String before = "{";
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      if (pieces.size() == 2 * MAX_ARGUMENTS) {
        break;
      }
      pieces.add(before + JSON.writeValueAsString(property.getKey()) + ":");
      pieces.add(" " + value(property.getValue()));
      before = ", ";
    }
    pieces.add(pieces.isEmpty() ? "{}" : "}");
    return pieces;
  }

  private static String value(JsonNode schema) {
    JsonNode choices = schema.path("enum");
    if (choices.isArray() && !choices.isEmpty()) {
      return choices.get(0).toString();
    }
    return switch (schema.path("type").asString("")) {
      case "integer", "number" -> "3";
      case "boolean" -> "true";
      case "array" -> "[]";
      case "object" -> "{}";
      case "null" -> "null";
      default -> "\"the mill\"";
    };
  }

  /** What tools have just answered; null if nothing. */
  static @Nullable String results(List<Utterance> messages) {
    for (int i = messages.size() - 1; i >= Math.max(0, messages.size() - 2); i--) {
      Utterance message = messages.get(i);
      if (message.role() == Role.TOOL) {
        return results(messages, message);
      }
      if (message.role() != Role.USER) {
        return null;
      }
    }
    return null;
  }

  private static String results(List<Utterance> messages, Utterance results) {
    return results.parts().stream()
        .filter(Part.ToolResult.class::isInstance)
        .map(Part.ToolResult.class::cast)
        .map(result -> quote(name(messages, result.toolCallId()), result))
        .collect(Collectors.joining(" "));
  }

  private static String quote(String tool, Part.ToolResult result) {
    String text =
        result.content().stream()
            .filter(Part.Text.class::isInstance)
            .map(part -> ((Part.Text) part).text())
            .collect(Collectors.joining(" "));
    String quoted =
        text.length() <= MAX_QUOTE_CHARS ? text : text.substring(0, MAX_QUOTE_CHARS) + "…";
    return tool + (result.isError() ? " failed: \"" : " answered: \"") + quoted + "\".";
  }

  private static String name(List<Utterance> messages, String callId) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      for (Part part : messages.get(i).parts()) {
        if (part instanceof Part.ToolCall call
            && call.callId().equals(callId)
            && call.name() != null) {
          return call.name();
        }
      }
    }
    return "A tool";
  }

  /** The images and files of the last message; null if there is none. */
  static @Nullable String seen(List<Utterance> messages) {
    if (messages.isEmpty()) {
      return null;
    }
    Utterance message = messages.getLast();
    long images = message.parts().stream().filter(Part.Image.class::isInstance).count();
    long files = message.parts().stream().filter(Part.File.class::isInstance).count();
    return images + files == 0
        ? null
        : "I see " + count(images, "image") + " and " + count(files, "file") + ".";
  }

  private static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
