package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.tail.HubBounds;
import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How session streams are followed.
 *
 * @param bufferEntries pushed entries kept per session for readers that can't take them yet.
 *     Allowed: at least 1
 * @param bufferChars the same in UTF-16 units of text. Allowed: at least 1
 * @param pageEntries entries read from a session stream at once. Allowed: at least 1
 * @param quiet silence after which a reader is compared with the session stream and PostgreSQL.
 *     Allowed: at least 1ms
 * @param tick how often quiet readers are looked for. Allowed: at least 1ms
 * @param linger how long a session stays subscribed after its last reader left. Allowed: at least
 *     0s
 * @param retryFirst pause before a store is asked again that didn't answer; doubles. Allowed: at
 *     least 1ms
 * @param retryMost longest such pause. Allowed: at least {@code retry-first}
 * @param threads how many questions to the stores may be under way at once. Allowed: at least 1
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
    require(bufferEntries >= 1, "buffer-entries", "must be at least 1");
    require(bufferChars >= 1, "buffer-chars", "must be at least 1");
    require(pageEntries >= 1, "page-entries", "must be at least 1");
    require(quiet.toMillis() >= 1, "quiet", "must be at least 1ms");
    require(tick.toMillis() >= 1, "tick", "must be at least 1ms");
    require(!linger.isNegative(), "linger", "must be at least 0s");
    require(retryFirst.toMillis() >= 1, "retry-first", "must be at least 1ms");
    require(
        retryMost.compareTo(retryFirst) >= 0,
        "retry-most",
        "must be at least relay.gateway.tail.retry-first");
    require(threads >= 1, "threads", "must be at least 1");
  }

  private static void require(boolean holds, String key, String what) {
    PropertyException.unless(holds, "relay.gateway.tail." + key, what);
  }

  HubBounds bounds() {
    return new HubBounds(
        bufferEntries, bufferChars, pageEntries, quiet, tick, linger, retryFirst, retryMost);
  }
}
