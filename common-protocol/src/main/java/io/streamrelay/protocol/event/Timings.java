package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How long an ended turn took, by PostgreSQL's clock, each from the submit, in milliseconds.
 *
 * @param queueMillis until the counting attempt was claimed, or null if it never was
 * @param firstChunkMillis until that attempt's first chunk, null if there was none
 * @param totalMillis until the turn ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timings(
    @Nullable Long queueMillis, @Nullable Long firstChunkMillis, long totalMillis) {}
