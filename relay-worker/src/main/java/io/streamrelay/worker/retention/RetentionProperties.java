package io.streamrelay.worker.retention;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept.
 *
 * @param sessions sessions without a message for longer are deleted, as by {@code DELETE
 *     /api/chat/<session>}; without it they are kept for ever. Allowed: 1h to 36500d
 * @param unstored how long the session of a response that isn't to be stored is kept once its turns
 *     have ended. Allowed: 1s to 1d
 * @param every how often a worker looks for what is to be deleted, and for what is left of deleted
 *     sessions. Allowed: 100ms to 1h
 * @param batch sessions or turns one transaction takes; after each the job rests as long as it
 *     took. Allowed: 1 to 1000
 */
@ConfigurationProperties("relay.retention")
public record RetentionProperties(
    @Nullable Duration sessions,
    @DefaultValue("10m") Duration unstored,
    @DefaultValue("10s") Duration every,
    @DefaultValue("100") int batch) {
  /** Longer than any turn: none is deleted that still runs. */
  private static final Duration LEAST = Duration.ofHours(1);

  private static final Duration MOST = Duration.ofDays(36_500);

  private static final Duration LONGEST_UNSTORED = Duration.ofDays(1);

  public RetentionProperties {
    if (sessions != null && (sessions.compareTo(LEAST) < 0 || sessions.compareTo(MOST) > 0)) {
      throw wrong("sessions", "1h to 36500d, or absent: keep for ever");
    }
    if (unstored.toMillis() < 1000 || unstored.compareTo(LONGEST_UNSTORED) > 0) {
      throw wrong("unstored", "1s to 1d");
    }
    if (every.toMillis() < 100 || every.compareTo(LEAST) > 0) {
      throw wrong("every", "100ms to 1h");
    }
    if (batch < 1 || batch > 1000) {
      throw wrong("batch", "1 to 1000");
    }
  }

  private static PropertyException wrong(String key, String allowed) {
    return new PropertyException("relay.retention." + key, "must be " + allowed);
  }
}
