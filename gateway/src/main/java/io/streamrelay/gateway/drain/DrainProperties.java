package io.streamrelay.gateway.drain;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway leaves; together well below 15 s.
 *
 * @param notice time between being not ready and closing streams, so that load balancers notice;
 *     skipped where no stream is open. Allowed: at least 0s
 * @param spread time over which the open streams are closed in waves. Allowed: at least 0s
 * @param rest time the last of them have to take what was written; then they are cut. Allowed: at
 *     least 0s
 */
@ConfigurationProperties("relay.gateway.drain")
record DrainProperties(
    @DefaultValue("5s") Duration notice,
    @DefaultValue("4s") Duration spread,
    @DefaultValue("2s") Duration rest) {
  DrainProperties {
    notNegative(notice, "notice");
    notNegative(spread, "spread");
    notNegative(rest, "rest");
  }

  private static void notNegative(Duration value, String key) {
    PropertyException.unless(
        !value.isNegative(), "relay.gateway.drain." + key, "must be at least 0s");
  }
}
