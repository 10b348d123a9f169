package io.streamrelay.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.SessionSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session, as callers see it.
 *
 * @param title absent if it was cleared, or the first message has no text
 * @param updatedAt when the newest message was handed in
 * @param turns how many were handed in
 * @param active the turn that runs or is about to; absent if there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SessionResource(
    SessionId sessionId,
    @Nullable String title,
    Instant createdAt,
    Instant updatedAt,
    int turns,
    @Nullable LiveTurnResource active) {

  static SessionResource of(SessionSummary session) {
    return new SessionResource(
        session.session(),
        session.title(),
        session.createdAt(),
        session.updatedAt(),
        session.turns(),
        session.active() == null ? null : LiveTurnResource.of(session.active()));
  }
}
