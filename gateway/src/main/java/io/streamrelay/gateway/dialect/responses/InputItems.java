package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.openai.OpenAiContent;
import io.streamrelay.gateway.dialect.openai.OpenAiFields;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.MessageFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code input}: a text, or items. Clients send the items of earlier answers back with all
 * that these had, and what their SDKs added; of that is taken what was said.
 */
final class InputItems {
  private static final String INPUT = "input";
  private static final Set<String> TYPES =
      Set.of("message", "function_call", "function_call_output", "reasoning", "item_reference");
  private static final Set<String> MESSAGE =
      Set.of("type", "id", "status", "role", "content", "phase");
  private static final Set<String> CALL =
      Set.of(
          "type",
          "id",
          "status",
          "call_id",
          "name",
          "arguments",
          "parsed_arguments",
          "namespace",
          "caller");
  private static final Set<String> RESULT =
      Set.of("type", "id", "status", "call_id", "name", "output", "namespace", "caller");
  private static final Set<String> THOUGHT =
      Set.of("type", "id", "status", "summary", "content", "encrypted_content");
  private static final Set<String> REFERENCE = Set.of("type", "id");
  private static final int MAX_TEXTS = 1000; // of a thought

  private InputItems() {}

  /**
   * At least one.
   *
   * @param whole whether nothing was said before them
   */
  static List<InputItem> read(JsonFields body, boolean whole) {
    List<InputItem> items = read(body);
    if (items.isEmpty()) {
      throw Problem.invalid("'input' is empty").exception();
    }
    if (whole && items.getFirst() instanceof InputItem.Result) {
      throw Problem.invalid(
              "'input[0].call_id' names no call: send the call before it, or"
                  + " 'previous_response_id'")
          .exception();
    }
    return items;
  }

  private static List<InputItem> read(JsonFields body) {
    if (body.isText(INPUT)) {
      List<Part> said = List.of(new Part.Text(body.requiredText(INPUT)));
      return List.of(new InputItem.Message(Role.USER, OpenAiContent.something(body, INPUT, said)));
    }
    if (body.has(INPUT) && !body.isArray(INPUT)) {
      throw Problem.invalid("'input' must be a string or an array of items").exception();
    }
    return body.required(INPUT, body.variants(INPUT, MessageFields.MAX_MESSAGES, InputItems::item));
  }

  private static InputItem item(JsonFields item) {
    String type = type(item);
    OpenAiContent.checkType(item, type, TYPES);
    return switch (type) {
      case "message" -> message(item);
      case "function_call" -> call(item);
      case "function_call_output" -> result(item);
      case "reasoning" -> thought(item);
      default -> reference(item);
    };
  }

  /** Messages and references may be without. */
  private static String type(JsonFields item) {
    if (!item.has("type") && item.has("role")) {
      return "message";
    }
    if (!item.has("type") && item.has("id")) {
      return "item_reference";
    }
    return item.requiredText("type");
  }

  private static InputItem message(JsonFields message) {
    message.only(MESSAGE);
    String role = message.requiredText("role");
    return switch (role) {
      case "system", "developer" ->
          new InputItem.Message(Role.SYSTEM, InputParts.ofSystem(message));
      case "user" -> new InputItem.Message(Role.USER, InputParts.ofUser(message));
      case "assistant" -> new InputItem.Message(Role.ASSISTANT, InputParts.ofAssistant(message));
      default ->
          throw Problem.invalid(
                  "'%s' must be 'system', 'developer', 'user' or 'assistant', not %s"
                      .formatted(message.path("role"), Excerpt.of(role)))
              .exception();
    };
  }

  private static InputItem call(JsonFields call) {
    call.only(CALL);
    checkDirect(call);
    return new InputItem.Call(
        new Part.ToolCall(
            0,
            OpenAiFields.name(call, "call_id"),
            OpenAiFields.name(call, "name"),
            OpenAiFields.arguments(call)));
  }

  private static InputItem result(JsonFields result) {
    result.only(RESULT);
    checkDirect(result);
    return new InputItem.Result(
        new Part.ToolResult(
            OpenAiFields.name(result, "call_id"), InputParts.ofTool(result), false));
  }

  /** Models here call functions themselves, by one name each. */
  private static void checkDirect(JsonFields of) {
    OpenAiFields.checkAbsent(of, "namespace", "tools have none here");
    OpenAiFields.checkAbsent(of, "caller", "only models call tools here");
  }

  private static InputItem thought(JsonFields thought) {
    thought.only(THOUGHT);
    String told = texts(thought, "content", "reasoning_text");
    String summary = texts(thought, "summary", "summary_text");
    return new InputItem.Thought(
        new Part.Reasoning(told != null ? told : summary != null ? summary : ""));
  }

  /** Null if there are none. */
  private static @Nullable String texts(JsonFields thought, String field, String type) {
    List<String> texts =
        thought.variants(
            field,
            MAX_TEXTS,
            part -> {
              OpenAiContent.checkType(part, part.requiredText("type"), Set.of(type));
              part.only(Set.of("type", "text"));
              return part.requiredText("text");
            });
    return texts == null || texts.isEmpty()
        ? null
        : texts.stream().collect(Collectors.joining("\n\n"));
  }

  private static InputItem reference(JsonFields reference) {
    reference.only(REFERENCE);
    return new InputItem.Reference(OpenAiFields.name(reference, "id"));
  }
}
