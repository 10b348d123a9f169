package io.streamrelay.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.PageSize;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.turn.SessionCursor;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.SessionSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/chat/sessions}: a caller's sessions, the last used first; {@code ?before=} goes
 * on. {@code GET /api/chat/streams}: what runs or waits in any of them.
 */
@RestController
final class SessionsController {
  /** More than anybody attaches to at once; what is older is left out. */
  private static final int MAX_LIVE = 200;

  private final SessionStore sessions;

  SessionsController(SessionStore sessions) {
    this.sessions = sessions;
  }

  @GetMapping("/api/chat/streams")
  List<LiveTurnResource> streams(Owner owner) {
    return sessions.live(owner, MAX_LIVE).stream().map(LiveTurnResource::of).toList();
  }

  @GetMapping("/api/chat/sessions")
  Sessions sessions(
      Owner owner,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String before) {
    int atMost = PageSize.of(limit);
    List<SessionSummary> found = sessions.list(owner, atMost + 1, before(before));
    List<SessionSummary> page = found.subList(0, Math.min(atMost, found.size()));
    return new Sessions(
        page.stream().map(SessionResource::of).toList(),
        found.size() > atMost ? page.getLast().cursor().toString() : null);
  }

  private static @Nullable SessionCursor before(@Nullable String before) {
    try {
      return before == null ? null : SessionCursor.parse(before);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'before' must be the 'next' of a page").exception();
    }
  }

  /**
   * @param next what to send as {@code before} for the page after this one; absent on the last
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Sessions(List<SessionResource> items, @Nullable String next) {}
}
