package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is of.
 *
 * @param turn null: the whole session
 */
record Topic(SessionId session, @Nullable TurnId turn) {
  /** Whether some entries belong to both. */
  boolean overlaps(Topic other) {
    return session.equals(other.session)
        && (turn == null || other.turn == null || turn.equals(other.turn));
  }

  /** An answer about it. */
  Answer answer(String type, @Nullable String requestId) {
    return Answer.of(type)
        .with("requestId", requestId)
        .with("sessionId", session.value())
        .with("turnId", turn == null ? null : turn.toString());
  }
}
