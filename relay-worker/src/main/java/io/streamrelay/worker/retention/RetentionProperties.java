package io.streamrelay.worker.retention;

import io.streamrelay.protocol.model.PropertyException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept.
 *
 * @param sessions sessions without a message for longer are deleted, at least 1 h; without it they
 *     are kept for ever
 * @param every how often it is looked for what is to be deleted or removed, 100 ms to 1 h
 * @param batch how many sessions or turns one transaction takes, 1 to 1000
 */
@ConfigurationProperties("relay.retention")
public record RetentionProperties(
    @Nullable Duration sessions,
    @DefaultValue("10s") Duration every,
    @DefaultValue("100") int batch) {
  /** Longer than any turn: none is deleted that still runs. */
  private static final Duration LEAST = Duration.ofHours(1);

  private static final Duration MOST = Duration.ofDays(36_500);

  public RetentionProperties {
    if (sessions != null && (sessions.compareTo(LEAST) < 0 || sessions.compareTo(MOST) > 0)) {
      throw wrong("sessions", "1h to 36500d, or absent: keep for ever", sessions);
    }
    if (every.toMillis() < 100 || every.compareTo(LEAST) > 0) {
      throw wrong("every", "100ms to 1h", every);
    }
    if (batch < 1 || batch > 1000) {
      throw wrong("batch", "1 to 1000", batch);
    }
  }

  private static PropertyException wrong(String key, String allowed, Object value) {
    return new PropertyException("relay.retention." + key, "must be " + allowed + ", not " + value);
  }
}
