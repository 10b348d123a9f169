package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt went.
 *
 * @param outcome {@code ended}, a failure code, {@code fenced}, {@code handed_over} or {@code
 *     put_off}
 * @param firstChunkAfter from the claim to the first chunk's storing; null if there was none
 * @param warnings what was not done as it was asked; empty leaves what was noted before
 */
public record AttemptRecord(
    @Nullable String provider,
    @Nullable String model,
    @Nullable Usage usage,
    String outcome,
    @Nullable Duration firstChunkAfter,
    List<Warning> warnings) {
  public AttemptRecord {
    warnings = List.copyOf(warnings);
  }
}
