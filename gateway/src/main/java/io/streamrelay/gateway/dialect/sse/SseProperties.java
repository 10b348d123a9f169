package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Server-sent events.
 *
 * @param ping silence after which a ping is sent, so that proxies and clients see life. Allowed: at
 *     least 1ms
 * @param writeTimeout longest time one write may take before the reader is closed as slow. Allowed:
 *     at least 1ms
 * @param retryLeast shortest time clients are told to wait before they come back. Allowed: at least
 *     0s
 * @param retryMost longest such time; each client is told a random one. Allowed: at least {@code
 *     retry-least}
 * @param maxPending bytes that may wait for one socket before its reader waits. Allowed: at least 1
 * @param sendBuffer the kernel's send buffer of accepted connections, in bytes. Allowed: at least 1
 */
@ConfigurationProperties("relay.gateway.sse")
public record SseProperties(
    @DefaultValue("10s") Duration ping,
    @DefaultValue("10s") Duration writeTimeout,
    @DefaultValue("1s") Duration retryLeast,
    @DefaultValue("5s") Duration retryMost,
    @DefaultValue("16384") int maxPending,
    @DefaultValue("65536") int sendBuffer) {
  public SseProperties {
    require(ping.toMillis() >= 1, "ping", "must be at least 1ms");
    require(writeTimeout.toMillis() >= 1, "write-timeout", "must be at least 1ms");
    require(!retryLeast.isNegative(), "retry-least", "must be at least 0s");
    require(
        retryMost.compareTo(retryLeast) >= 0,
        "retry-most",
        "must be at least relay.gateway.sse.retry-least");
    require(maxPending >= 1, "max-pending", "must be at least 1");
    require(sendBuffer >= 1, "send-buffer", "must be at least 1");
  }

  private static void require(boolean holds, String key, String what) {
    PropertyException.unless(holds, "relay.gateway.sse." + key, what);
  }
}
