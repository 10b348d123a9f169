package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Passage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code context}: what the caller found for the message. */
final class ContextFields {
  private static final int MAX_PASSAGES = 64;
  private static final int MAX_TITLE_CHARS = 200;
  private static final Set<String> PASSAGE = Set.of("text", "title");

  private ContextFields() {}

  /**
   * Null where there is none; empty is none.
   *
   * @param message with which it shares what a message may have
   */
  static @Nullable List<Passage> read(JsonFields body, List<Part> message) {
    List<Passage> passages =
        body.textsOrObjects(
            "context",
            MAX_PASSAGES,
            (at, text) -> new Passage(text(at, text), null),
            PASSAGE,
            ContextFields::passage);
    if (passages == null || passages.isEmpty()) {
      return null;
    }
    long bytes = MessageFields.bytes(message);
    for (Passage passage : passages) {
      bytes += MessageFields.bytes(passage.text());
      bytes += passage.title() == null ? 0 : MessageFields.bytes(passage.title());
    }
    if (bytes > MessageFields.MAX_MESSAGE_BYTES) {
      String detail =
          "'context' and the message are larger than %d bytes together"
              .formatted(MessageFields.MAX_MESSAGE_BYTES);
      throw new Problem(413, ErrorCode.INVALID_REQUEST, detail).exception();
    }
    return passages;
  }

  private static Passage passage(JsonFields given) {
    String title = given.text("title");
    boolean wrong =
        title != null
            && (title.isBlank()
                || title.length() > MAX_TITLE_CHARS
                || title.chars().anyMatch(Character::isISOControl));
    if (wrong) {
      throw Problem.invalid(
              "'%s' must have 1 to %d characters, in one line"
                  .formatted(given.path("title"), MAX_TITLE_CHARS))
          .exception();
    }
    return new Passage(text(given.path("text"), given.requiredText("text")), title);
  }

  private static String text(String path, String text) {
    if (text.isBlank()) {
      throw Problem.invalid("'" + path + "' is empty").exception();
    }
    return text;
  }
}
