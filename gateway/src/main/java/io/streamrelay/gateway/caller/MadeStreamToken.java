package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.session.SessionId;
import java.time.Instant;

/**
 * A new stream token, shown once.
 *
 * @param expiresAt unless a stream was opened by it before
 */
record MadeStreamToken(String token, SessionId session, Instant expiresAt) {
  @Override
  public String toString() {
    return "MadeStreamToken[" + session + "]";
  }
}
