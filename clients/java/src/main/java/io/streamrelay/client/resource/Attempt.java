package io.streamrelay.client.resource;

import io.streamrelay.client.event.Usage;
import io.streamrelay.client.event.Warning;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One try of one worker at a turn.
 *
 * @param number from 1
 * @param outcome null: it runs, or nobody knows
 */
public record Attempt(
    int number,
    @Nullable String outcome,
    @Nullable String provider,
    @Nullable String model,
    @Nullable Usage usage,
    Instant startedAt,
    @Nullable Instant firstChunkAt,
    @Nullable Instant endedAt,
    List<Warning> warnings) {}
