package io.streamrelay.protocol.key;

import io.streamrelay.protocol.model.SecretFile;
import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How callers' keys are known. Its {@code toString} doesn't show the pepper.
 *
 * @param pepper the secret that goes into every key's hash, this or {@code pepper-file} is required
 *     outside dev mode, and the same for all gateways. Another one makes every key unknown.
 *     Allowed: at least 16 characters
 * @param pepperFile the file it is in; read at start
 * @param check how often a gateway asks PostgreSQL, in one query, which of the keys in use were
 *     revoked: so long a revoked key goes on. Allowed: 1s to 45s
 * @param outage how long a key that was known goes on while PostgreSQL doesn't answer, so that
 *     reading, which needs only Redis, goes on too: so long a revocation isn't noticed then; 0s:
 *     not at all. Allowed: 0s to 1d
 * @param cached keys a gateway remembers at most: as many known ones, and as many of which it knows
 *     that there is none. Allowed: 1 to 1000000
 */
@ConfigurationProperties("relay.keys")
public record KeyProperties(
    @Nullable String pepper,
    @Nullable String pepperFile,
    @DefaultValue("15s") Duration check,
    @DefaultValue("10m") Duration outage,
    @DefaultValue("10000") int cached) {
  private static final Duration MIN_CHECK = Duration.ofSeconds(1);
  private static final Duration MAX_CHECK = Duration.ofSeconds(45);
  private static final Duration MAX_OUTAGE = Duration.ofDays(1);
  private static final int MAX_CACHED = 1_000_000;

  public KeyProperties {
    if (check.compareTo(MIN_CHECK) < 0 || check.compareTo(MAX_CHECK) > 0) {
      throw new PropertyException("relay.keys.check", "must be 1s to 45s");
    }
    if (outage.isNegative() || outage.compareTo(MAX_OUTAGE) > 0) {
      throw new PropertyException("relay.keys.outage", "must be 0s to 1d");
    }
    if (cached < 1 || cached > MAX_CACHED) {
      throw new PropertyException("relay.keys.cached", "must be 1 to " + MAX_CACHED);
    }
  }

  /**
   * Throws {@link PropertyException} unless there is exactly one pepper and it is fit to be one.
   */
  public Pepper readPepper() {
    String text = pepper == null || pepper.isBlank() ? null : pepper.strip();
    String file = pepperFile == null || pepperFile.isBlank() ? null : pepperFile;
    if (text != null && file != null) {
      throw new PropertyException(
          "relay.keys.pepper", "is set and relay.keys.pepper-file too; set one of them");
    }
    if (text != null) {
      return new Pepper("relay.keys.pepper", text);
    }
    if (file == null) {
      throw new PropertyException(
          "relay.keys.pepper-file",
          "is missing, and relay.keys.pepper too. Callers' keys need a pepper, the same for all"
              + " gateways: make a file with 'openssl rand -base64 32' and name it here. To try"
              + " things on this machine without keys, set relay.dev=true");
    }
    return new Pepper(
        "relay.keys.pepper-file", SecretFile.of("relay.keys.pepper-file", file).get());
  }

  @Override
  public String toString() {
    return "KeyProperties[check=" + check + ", outage=" + outage + ", cached=" + cached + "]";
  }
}
