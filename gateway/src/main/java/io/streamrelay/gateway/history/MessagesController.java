package io.streamrelay.gateway.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.PageSize;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.MessageView;
import io.streamrelay.protocol.turn.TurnReader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/chat/{session}/messages}: newest first, {@code ?before=} goes back in time. */
@RestController
final class MessagesController {
  private final TurnReader turns;

  MessagesController(TurnReader turns) {
    this.turns = turns;
  }

  @GetMapping("/api/chat/{session}/messages")
  Messages messages(
      SessionKey session,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String before) {
    int atMost = PageSize.of(limit);
    List<MessageView> found = turns.messages(session, atMost + 1, before(before));
    if (found == null) {
      throw Problem.notFound("there is no such session, or no such message in it").exception();
    }
    if (found.size() <= atMost) {
      return new Messages(found, null);
    }
    List<MessageView> page = found.subList(0, atMost);
    return new Messages(page, page.getLast().id());
  }

  private static @Nullable MessageId before(@Nullable String before) {
    try {
      return before == null ? null : MessageId.parse(before);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'before' must be a message id").exception();
    }
  }

  /**
   * @param next what to send as {@code before} for the page after this one; absent on the last
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Messages(List<MessageView> items, @Nullable MessageId next) {}
}
