package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A turn that has not ended.
 *
 * @param model as asked for
 * @param startedAt when a worker first claimed it; null until then
 */
public record LiveTurn(
    SessionId session,
    TurnId turn,
    TurnStatus status,
    String model,
    Instant createdAt,
    @Nullable Instant startedAt) {}
