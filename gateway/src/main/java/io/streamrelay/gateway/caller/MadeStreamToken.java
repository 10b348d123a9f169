package io.streamrelay.gateway.caller;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.session.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A new stream token, shown once.
 *
 * @param session whose streams it opens; absent: it opens sockets
 * @param socket true: it opens sockets; absent: streams
 * @param expiresAt unless something was opened by it before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MadeStreamToken(
    String token, @Nullable SessionId session, @Nullable Boolean socket, Instant expiresAt) {
  @Override
  public String toString() {
    return "MadeStreamToken[" + (session == null ? "socket" : session) + "]";
  }
}
