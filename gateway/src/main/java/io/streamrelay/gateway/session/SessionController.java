package io.streamrelay.gateway.session;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.SessionSummary;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/chat/{session}}: the session as a resource, its title, its deletion. */
@RestController
final class SessionController {
  private static final Set<String> FIELDS = Set.of("title");
  private static final int MAX_TITLE_CHARS = 200;

  private final JsonBody bodies;
  private final SessionStore sessions;
  private final SessionDeletion deletion;

  SessionController(JsonBody bodies, SessionStore sessions, SessionDeletion deletion) {
    this.bodies = bodies;
    this.sessions = sessions;
    this.deletion = deletion;
  }

  @GetMapping("/api/chat/{session}")
  SessionResource session(SessionKey session) {
    SessionSummary summary = sessions.summary(session);
    if (summary == null) {
      throw noSession();
    }
    return SessionResource.of(summary);
  }

  @PatchMapping("/api/chat/{session}")
  SessionResource rename(SessionKey session, HttpServletRequest request) {
    String title = title(bodies.read(request, FIELDS));
    if (!sessions.rename(session, title)) {
      throw noSession();
    }
    return session(session);
  }

  private static @Nullable String title(JsonFields body) {
    if (!body.mentions("title")) {
      throw Problem.invalid("'title' is missing; null clears it").exception();
    }
    String title = body.text("title");
    if (title != null && (title.isBlank() || title.length() > MAX_TITLE_CHARS)) {
      throw Problem.invalid(
              "'title' must have 1 to " + MAX_TITLE_CHARS + " characters; null clears it")
          .exception();
    }
    return title;
  }

  /** The same answer however often it is repeated. */
  @DeleteMapping("/api/chat/{session}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(SessionKey session) {
    if (!deletion.delete(session)) {
      throw noSession();
    }
  }

  private static RuntimeException noSession() {
    return Problem.notFound("there is no such session").exception();
  }
}
