package io.streamrelay.gateway.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.gateway.turn.TurnPaths;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.LiveTurn;
import io.streamrelay.protocol.turn.TurnStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A turn that can be attached to.
 *
 * @param startedAt absent until a worker claimed it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LiveTurnResource(
    SessionId sessionId,
    TurnId turnId,
    TurnStatus status,
    String model,
    Instant createdAt,
    @Nullable Instant startedAt,
    String streamUrl) {

  static LiveTurnResource of(LiveTurn turn) {
    return new LiveTurnResource(
        turn.session(),
        turn.turn(),
        turn.status(),
        turn.model(),
        turn.createdAt(),
        turn.startedAt(),
        TurnPaths.stream(turn.session(), turn.turn()));
  }
}
