package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.Set;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/stream-tokens}: what a browser's EventSource opens one session's streams by, or
 * its WebSocket a socket. The session need not be there yet.
 */
@RestController
final class StreamTokensController {
  private static final Set<String> FIELDS = Set.of("session", "socket");

  // Of a caller on this gateway: as many as it may have streams come back at once, and no flood.
  private static final int PER_SECOND = 50;
  private static final int BURST = 1000;
  private static final int CALLERS = 10_000;

  private final JsonBody bodies;
  private final StreamTokens tokens;
  private final Time time;
  private final RecentMap<CallerName, Allowance> allowances = new RecentMap<>(CALLERS);

  StreamTokensController(JsonBody bodies, StreamTokens tokens, Time time) {
    this.bodies = bodies;
    this.tokens = tokens;
    this.time = time;
  }

  @PostMapping("/api/stream-tokens")
  MadeStreamToken make(Caller caller, HttpServletRequest request) {
    JsonFields body = bodies.read(request, FIELDS);
    boolean socket = Boolean.TRUE.equals(body.bool("socket"));
    if (socket == body.has("session")) {
      throw Problem.invalid("send either 'session', or 'socket': true").exception();
    }
    SessionId session = socket ? null : session(body.requiredText("session"));
    if (!allowance(caller.owner().caller()).take(time.nanos())) {
      String detail = "the caller makes more than " + PER_SECOND + " stream tokens a second";
      throw Problem.tooMany(ErrorCode.TOO_MANY_STREAMS, detail).exception();
    }
    StreamToken token = StreamToken.make();
    StreamTokenId id =
        session == null ? StreamTokenId.ofSockets(token) : StreamTokenId.of(token, session);
    tokens.add(id, new StreamGrant(caller.owner(), caller.key()));
    return new MadeStreamToken(
        token.reveal(),
        session,
        socket ? true : null,
        InstantSource.system().instant().plus(StreamTokens.UNUSED));
  }

  private static SessionId session(String text) {
    try {
      return new SessionId(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'session': " + e.getMessage()).exception();
    }
  }

  private Allowance allowance(CallerName caller) {
    Allowance allowance = allowances.get(caller);
    if (allowance == null) {
      allowance = new Allowance(PER_SECOND, BURST, time.nanos());
      allowances.put(caller, allowance); // of two at once one is forgotten
    }
    return allowance;
  }
}
