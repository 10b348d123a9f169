package io.streamrelay.client.resource;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was when it was asked for.
 *
 * @param updatedAt when a message was last handed in
 * @param turns how many messages were handed in
 * @param active the turn that runs or is about to
 */
public record SessionResource(
    String sessionId,
    @Nullable String title,
    Instant createdAt,
    Instant updatedAt,
    long turns,
    @Nullable LiveTurn active) {}
