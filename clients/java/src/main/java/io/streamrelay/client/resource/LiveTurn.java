package io.streamrelay.client.resource;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A turn that runs or waits.
 *
 * @param startedAt null: no worker has it yet
 */
public record LiveTurn(
    String sessionId,
    String turnId,
    TurnStatus status,
    String model,
    Instant createdAt,
    @Nullable Instant startedAt) {}
