package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How deltas become chunks.
 *
 * @param spacing shortest time between two appends of a turn; a delta that comes later is appended
 *     at once. Allowed: at least 0s
 * @param maxSpacing what the spacing grows to while Redis answers slowly. Allowed: at least {@code
 *     spacing}
 * @param maxChars size at which a chunk is cut, in UTF-16 units. Allowed: at least 2
 * @param maxBacklogChars UTF-16 units that may wait for Redis before the provider is made to wait.
 *     Allowed: at least {@code max-chars}
 * @param maxOutputChars of a turn, in UTF-16 units, reasoning and tool calls included; more is
 *     {@code output_limit}. Allowed: at least {@code max-chars}
 * @param maxEntries of an attempt; more is {@code output_limit}. Allowed: at least 3
 * @param maxBatch entries sent to Redis in one append. Allowed: at least 1
 */
@ConfigurationProperties("relay.worker.chunk")
public record ChunkProperties(
    @DefaultValue("25ms") Duration spacing,
    @DefaultValue("250ms") Duration maxSpacing,
    @DefaultValue("2048") int maxChars,
    @DefaultValue("262144") int maxBacklogChars,
    @DefaultValue("1048576") int maxOutputChars,
    @DefaultValue("20000") int maxEntries,
    @DefaultValue("256") int maxBatch) {

  public ChunkProperties {
    require(!spacing.isNegative(), "spacing", "must be at least 0s");
    require(
        maxSpacing.compareTo(spacing) >= 0,
        "max-spacing",
        "must be at least relay.worker.chunk.spacing");
    require(maxChars >= 2, "max-chars", "must be at least 2");
    require(
        maxBacklogChars >= maxChars,
        "max-backlog-chars",
        "must be at least relay.worker.chunk.max-chars");
    require(
        maxOutputChars >= maxChars,
        "max-output-chars",
        "must be at least relay.worker.chunk.max-chars");
    require(maxEntries >= 3, "max-entries", "must be at least 3");
    require(maxBatch >= 1, "max-batch", "must be at least 1");
  }

  private static void require(boolean holds, String key, String what) {
    PropertyException.unless(holds, "relay.worker.chunk." + key, what);
  }
}
