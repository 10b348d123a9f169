package io.streamrelay.client.event;

import org.jspecify.annotations.Nullable;

/**
 * How long a turn took; null: it never came so far.
 *
 * @param queueMillis until a worker took it
 * @param firstChunkMillis from its submission to the first of the answer
 */
public record Timings(
    @Nullable Long queueMillis, @Nullable Long firstChunkMillis, @Nullable Long totalMillis) {}
