package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.token.StreamTokenId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as a request has proved it.
 *
 * @param owner whose sessions it reaches: the caller's own, or those of the end user it acts for
 * @param key the key it came with, or its token was made with; null in dev mode
 * @param admin may use {@code /admin}. Reaches nobody else's sessions for that
 * @param token what it came with in place of a key: good for that request's session, or socket,
 *     only
 */
public record Caller(
    Owner owner, @Nullable UUID key, boolean admin, @Nullable StreamTokenId token) {
  private static final String ATTRIBUTE = Caller.class.getName();

  public Caller(Owner owner, @Nullable UUID key, boolean admin) {
    this(owner, key, admin, null);
  }

  /** Null if the request was granted nothing. */
  static @Nullable Caller of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : null;
  }

  void grant(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }
}
