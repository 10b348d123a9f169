package io.streamrelay.protocol.event;

import java.security.SecureRandom;
import java.util.UUID;

/** UUID version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, 74 random bits. Thread-safe. */
final class TimeOrderedUuid {
  private static final SecureRandom RANDOM = new SecureRandom();

  private TimeOrderedUuid() {}

  static UUID make() {
    long high = System.currentTimeMillis() << 16 | 0x7000 | RANDOM.nextInt(0x1000);
    long low = RANDOM.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** UUID.fromString alone also accepts short groups. */
  static UUID parse(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("not a UUID: 36 characters expected");
    }
    return uuid;
  }
}
