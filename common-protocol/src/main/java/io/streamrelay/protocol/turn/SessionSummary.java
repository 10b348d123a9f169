package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session in a list.
 *
 * @param title the owner's, or made from the first message; null if it was cleared
 * @param updatedAt when the newest turn was handed in, to the microsecond
 * @param turns how many were handed in
 * @param active the accepted or running turn; null if there is none
 */
public record SessionSummary(
    SessionId session,
    @Nullable String title,
    Instant createdAt,
    Instant updatedAt,
    int turns,
    @Nullable LiveTurn active) {
  /** Its place in the list. */
  public SessionCursor cursor() {
    return new SessionCursor(updatedAt, session);
  }
}
