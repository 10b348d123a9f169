package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.tail.HubBounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How session streams are followed.
 *
 * @param bufferEntries pushed entries kept per session for readers that can't take them yet
 * @param bufferChars the same in UTF-16 units of text
 * @param pageEntries entries read from the session stream at once
 * @param quiet silence after which a reader is compared with the stream and PostgreSQL
 * @param tick how often is looked for quiet readers
 * @param linger how long a session stays subscribed after its last reader left
 * @param retryFirst pause before a store is asked again that didn't answer; doubles
 * @param retryMost longest such pause
 * @param threads how many questions to the stores may be under way at once
 */
@ConfigurationProperties("relay.gateway.tail")
record TailProperties(
    @DefaultValue("4096") int bufferEntries,
    @DefaultValue("2097152") int bufferChars,
    @DefaultValue("200") int pageEntries,
    @DefaultValue("10s") Duration quiet,
    @DefaultValue("1s") Duration tick,
    @DefaultValue("2s") Duration linger,
    @DefaultValue("50ms") Duration retryFirst,
    @DefaultValue("2s") Duration retryMost,
    @DefaultValue("16") int threads) {
  public TailProperties {
    if (threads < 1) {
      throw new IllegalArgumentException("relay.gateway.tail.threads must be positive");
    }
  }

  HubBounds bounds() {
    return new HubBounds(
        bufferEntries, bufferChars, pageEntries, quiet, tick, linger, retryFirst, retryMost);
  }
}
