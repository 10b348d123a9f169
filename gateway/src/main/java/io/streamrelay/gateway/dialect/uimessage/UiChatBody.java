package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.SubmitBody;
import io.streamrelay.gateway.submit.SubmitRequest;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what {@code DefaultChatTransport} posts: the chat's id, its messages, and whatever options
 * of ours the application adds.
 */
final class UiChatBody {
  static final Set<String> FIELDS =
      Stream.concat(
              SubmitBody.OPTIONS.stream(),
              Stream.of("id", "messages", "message", "trigger", "messageId"))
          .collect(Collectors.toSet());

  private static final int MAX_MESSAGES = 1000;
  private static final String REGENERATE = "regenerate-message";

  private UiChatBody() {}

  static SessionId session(JsonFields body) {
    String id = body.requiredText("id");
    try {
      return new SessionId(id);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'id': " + e.getMessage()).exception();
    }
  }

  /**
   * The client's messages are the conversation: it has edited, regenerated and stopped as it shows.
   * So a turn that it doesn't wait for any more gives way, unless the body says otherwise. A single
   * {@code message} is said to the session, which then has to be what the client shows.
   */
  static SubmitRequest read(JsonFields body) {
    checkTrigger(body);
    body.text("messageId");
    if (body.has("message") == body.has("messages")) {
      throw Problem.invalid("send either 'messages' or 'message'").exception();
    }
    List<Utterance> said =
        body.has("message")
            ? UiMessages.read(body.required("message", body.object("message")))
            : messages(body);
    Utterance last = said.isEmpty() ? null : said.getLast();
    if (last == null || last.role() != Role.USER && last.role() != Role.TOOL) {
      throw Problem.invalid(
              "the last message must be the user's, or an assistant's with the results of its tool"
                  + " calls")
          .exception();
    }
    return body.has("message")
        ? SubmitBody.said(body, List.of(last), OnBusy.INTERRUPT)
        : SubmitBody.conversation(body, said, OnBusy.INTERRUPT);
  }

  private static List<Utterance> messages(JsonFields body) {
    return body
        .required("messages", body.variants("messages", MAX_MESSAGES, UiMessages::read))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private static void checkTrigger(JsonFields body) {
    String trigger = body.text("trigger");
    if (trigger == null || trigger.equals("submit-message")) {
      return;
    }
    if (!trigger.equals(REGENERATE)) {
      throw Problem.invalid(
              "'trigger' must be 'submit-message' or 'regenerate-message', not "
                  + Excerpt.of(trigger))
          .exception();
    }
    if (body.has("message")) {
      throw Problem.invalid("'regenerate-message' needs 'messages': the session keeps its answers")
          .exception();
    }
  }
}
