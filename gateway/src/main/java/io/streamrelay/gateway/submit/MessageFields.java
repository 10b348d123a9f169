package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.OpenCalls;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code message}, or {@code messages}: the conversation as a body tells it. */
public final class MessageFields {
  static final int MAX_MESSAGE_BYTES = 128 * 1024;

  public static final int MAX_MESSAGES = 1000;

  private static final Set<String> UTTERANCE = Set.of("role", "content", "parts");

  private MessageFields() {}

  /** At least one; the last is what is submitted. */
  static List<Utterance> read(JsonFields body) {
    if (body.has("message") == body.has("messages")) {
      throw Problem.invalid("send either 'message' or 'messages'").exception();
    }
    List<Utterance> said =
        body.has("message") ? List.of(Utterance.submitted(message(body))) : messages(body);
    String path = body.has("message") ? "message" : "messages[" + (said.size() - 1) + "]";
    checkSize(said.getLast(), path);
    return said;
  }

  private static List<Part> message(JsonFields body) {
    List<Part> parts;
    if (body.isText("message")) {
      parts = List.of(new Part.Text(body.requiredText("message")));
    } else if (body.isObject("message")) {
      parts =
          PartFields.submitted(body.required("message", body.object("message", Set.of("parts"))));
    } else {
      throw Problem.invalid("'message' must be a string, or an object with 'parts'").exception();
    }
    checkSaysSomething(parts, "message");
    return parts;
  }

  private static List<Utterance> messages(JsonFields body) {
    List<Utterance> said =
        body.required(
            "messages",
            body.objects("messages", UTTERANCE, MAX_MESSAGES, MessageFields::utterance));
    Role last = said.isEmpty() ? Role.SYSTEM : said.getLast().role();
    if (last != Role.USER && last != Role.TOOL) {
      throw Problem.invalid("the last of 'messages' must have the role 'user' or 'tool'")
          .exception();
    }
    checkResults(said);
    return said;
  }

  private static Utterance utterance(JsonFields said) {
    if (said.has("content") == said.has("parts")) {
      throw Problem.invalid("'" + said.path("content") + "' or 'parts': send one of them")
          .exception();
    }
    Role role = role(said);
    String field = said.has("content") ? "content" : "parts";
    if (said.isText("content") && role == Role.TOOL) {
      throw Problem.invalid(
              "'" + said.path(field) + "' of the role 'tool' must be parts: tool_result")
          .exception();
    }
    List<Part> parts =
        said.isText("content")
            ? List.of(new Part.Text(said.requiredText("content")))
            : PartFields.read(said, field, role);
    checkSaysSomething(parts, said.path(field));
    return new Utterance(role, parts);
  }

  private static Role role(JsonFields said) {
    String role = said.requiredText("role");
    try {
      return Role.of(role);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
              "'" + said.path("role") + "' must be 'system', 'user', 'assistant' or 'tool'")
          .exception();
    }
  }

  private static void checkSaysSomething(List<Part> parts, String path) {
    boolean silent =
        parts.stream().allMatch(part -> part instanceof Part.Text(String text) && text.isBlank());
    if (silent) {
      throw Problem.invalid("'" + path + "' is empty").exception();
    }
  }

  /**
   * A result names a call of the answer before it, once. Calls that never got a result are left out
   * of the prompt, except at the end: there somebody forgot them.
   */
  static void checkResults(List<Utterance> said) {
    List<String> open = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      Utterance utterance = said.get(i);
      if (utterance.role() != Role.TOOL) {
        open.clear();
        open.addAll(OpenCalls.of(utterance.parts()));
      }
      for (int k = 0; k < utterance.parts().size(); k++) {
        if (utterance.parts().get(k) instanceof Part.ToolResult result
            && !open.remove(result.toolCallId())) {
          throw Problem.invalid(
                  "'messages[%d].parts[%d].toolCallId' names no call of the answer before it,"
                          .formatted(i, k)
                      + " or one that has its result")
              .exception();
        }
      }
    }
    if (said.getLast().role() == Role.TOOL && !open.isEmpty()) {
      throw Problem.invalid("'messages' ends without the results of some tool calls")
          .withField("missingToolCallIds", open)
          .exception();
    }
  }

  /** A problem if what is submitted is larger than a message may be. */
  public static void checkSize(Utterance message, String path) {
    if (bytes(message.parts()) > MAX_MESSAGE_BYTES) {
      throw tooLarge(path);
    }
  }

  static RuntimeException tooLarge(String path) {
    String detail = "'" + path + "' is larger than " + MAX_MESSAGE_BYTES + " bytes";
    return new Problem(413, ErrorCode.INVALID_REQUEST, detail).exception();
  }

  /** Of all that is sent in it, base64 as it is. */
  public static long bytes(List<Part> parts) {
    long bytes = 0;
    for (Part part : parts) {
      bytes +=
          switch (part) {
            case Part.Text(String text) -> bytes(text);
            case Part.Reasoning(String text) -> bytes(text);
            case Part.Media media -> media.data() == null ? 0 : media.data().length();
            case Part.ToolCall call -> bytes(call.arguments());
            case Part.ToolResult result -> bytes(result.content());
          };
    }
    return bytes;
  }

  static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
