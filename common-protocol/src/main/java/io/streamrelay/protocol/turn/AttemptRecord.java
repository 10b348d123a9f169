package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt went.
 *
 * @param outcome {@code ended}, a failure code, {@code fenced}, {@code handed_over} or {@code
 *     put_off}
 */
public record AttemptRecord(
    @Nullable String provider, @Nullable String model, @Nullable Usage usage, String outcome) {}
