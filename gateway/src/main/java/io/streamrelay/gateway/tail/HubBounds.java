package io.streamrelay.gateway.tail;

import java.time.Duration;

/**
 * The hub's bounds.
 *
 * @param bufferEntries pushed entries kept per session for readers that can't take them yet
 * @param bufferChars the same in UTF-16 units of text
 * @param pageEntries entries read from the session stream at once
 * @param quiet silence after which a reader is compared with the stream and PostgreSQL
 * @param tick how often is looked for quiet readers
 * @param linger how long a session stays subscribed after its last reader left
 * @param retryFirst pause before a store is asked again that didn't answer; doubles
 * @param retryMost longest such pause
 */
public record HubBounds(
    int bufferEntries,
    int bufferChars,
    int pageEntries,
    Duration quiet,
    Duration tick,
    Duration linger,
    Duration retryFirst,
    Duration retryMost) {
  public static final HubBounds DEFAULTS =
      new HubBounds(
          4096,
          2 * 1024 * 1024,
          200,
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(50),
          Duration.ofSeconds(2));

  public HubBounds {
    if (bufferEntries < 1 || bufferChars < 1 || pageEntries < 1) {
      throw new IllegalArgumentException("bounds of the hub must be positive");
    }
  }
}
