package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** The headers by which clients of other dialects name a session, and learn of a turn's place. */
public final class TurnHeaders {
  /** The session that a request names. */
  public static final String NAMED = "x-relay-session";

  private static final String SESSION = "X-Relay-Session";
  private static final String TURN = "X-Relay-Turn";

  private TurnHeaders() {}

  /** Null if the request names none; a problem, 400, if it can't be one. */
  public static @Nullable SessionId named(HttpServletRequest request) {
    String named = request.getHeader(NAMED);
    try {
      return named == null ? null : new SessionId(named);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'" + NAMED + "': " + e.getMessage()).exception();
    }
  }

  /** The answer says what the turn is called natively. */
  public static void tell(HttpServletResponse response, SessionKey session, TurnId turn) {
    response.setHeader(SESSION, session.session().value());
    response.setHeader(TURN, turn.toString());
  }
}
