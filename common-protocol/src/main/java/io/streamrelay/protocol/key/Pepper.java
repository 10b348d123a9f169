package io.streamrelay.protocol.key;

import io.streamrelay.protocol.property.PropertyException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The secret that isn't in the database: without it nobody can tell from stored hashes whether a
 * key fits. Changing it makes every key unknown. Immutable; never shows itself.
 */
public final class Pepper {
  private static final int MIN_CHARS = 16;

  private final byte[] bytes;

  /**
   * Throws {@link PropertyException}, which names the property and not the value.
   *
   * @param property where it came from
   */
  Pepper(String property, String text) {
    if (text.length() < MIN_CHARS) {
      throw new PropertyException(
          property,
          "must have at least "
              + MIN_CHARS
              + " characters; make one with: openssl rand -base64 32");
    }
    bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /** SHA-256 over pepper and key, in lower-case hex: what is stored. */
  public String hash(ApiKey key) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes);
      sha256.update(key.reveal().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether the key is the one with that hash; takes equally long wherever they differ. */
  public boolean fits(ApiKey key, String hash) {
    return MessageDigest.isEqual(
        hash(key).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "Pepper";
  }
}
