package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.MessageFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.OpenCalls;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code messages}. What the tools answered is one message for each call here, and one for
 * all of them with us. An assistant's message that says nothing is left out. What OpenAI's SDKs add
 * to the messages that they give, and are sent back with, is left alone: the parsed form of a text.
 */
final class ChatMessages {
  private static final Set<String> KNOWN =
      Set.of(
          "role",
          "content",
          "name",
          "reasoning_content",
          "refusal",
          "annotations",
          "parsed",
          "audio",
          "function_call",
          "tool_calls",
          "tool_call_id");

  private final List<Utterance> said = new ArrayList<>();
  private final List<String> open = new ArrayList<>(); // calls without a result

  private ChatMessages() {}

  /** At least one; the last is what is submitted. */
  static List<Utterance> read(JsonFields body) {
    ChatMessages messages = new ChatMessages();
    body.required(
        "messages",
        body.objects(
            "messages",
            KNOWN,
            MessageFields.MAX_MESSAGES,
            message -> {
              messages.add(message);
              return message;
            }));
    return messages.checked();
  }

  private List<Utterance> checked() {
    Role last = said.isEmpty() ? Role.SYSTEM : said.getLast().role();
    if (last != Role.USER && last != Role.TOOL) {
      throw Problem.invalid("'messages' must end with the role 'user' or 'tool'").exception();
    }
    if (last == Role.TOOL && !open.isEmpty()) {
      throw Problem.invalid("'messages' ends without the results of some tool calls").exception();
    }
    MessageFields.checkSize(said.getLast(), "messages");
    return said;
  }

  private void add(JsonFields message) {
    OpenAiFields.checkAbsent(message, "audio", "answers are text");
    OpenAiFields.checkAbsent(message, "function_call", "send 'tool_calls'");
    String role = message.requiredText("role");
    switch (role) {
      case "system", "developer" -> say(Role.SYSTEM, ChatParts.ofSystem(message));
      case "user" -> say(Role.USER, ChatParts.ofUser(message));
      case "assistant" -> say(Role.ASSISTANT, ChatParts.ofAssistant(message));
      case "tool" -> answer(message);
      default ->
          throw Problem.invalid(
                  "'%s' must be 'system', 'developer', 'user', 'assistant' or 'tool', not %s"
                      .formatted(message.path("role"), Excerpt.of(role)))
              .exception();
    }
  }

  private void say(Role role, List<Part> parts) {
    open.clear();
    open.addAll(OpenCalls.of(parts));
    if (!parts.isEmpty()) {
      said.add(new Utterance(role, parts));
    }
  }

  private void answer(JsonFields message) {
    Part.ToolResult result = ChatParts.result(message);
    if (!open.remove(result.toolCallId())) {
      throw Problem.invalid(
              "'"
                  + message.path("tool_call_id")
                  + "' names no call of the answer before it, or one that has its result")
          .exception();
    }
    List<Part> results = new ArrayList<>();
    if (said.getLast().role() == Role.TOOL) {
      results.addAll(said.removeLast().parts());
    }
    results.add(result);
    said.add(new Utterance(Role.TOOL, results));
  }
}
