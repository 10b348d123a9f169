package io.streamrelay.gateway.dialect.sse;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Server-sent events.
 *
 * @param ping silence after which a ping is sent, so that proxies and clients see life
 * @param writeTimeout longest time one write may take before the reader is closed as slow
 * @param retryLeast shortest time clients are told to wait before they come back
 * @param retryMost longest such time; each client is told a random one
 * @param maxPending bytes that may wait for one socket before its reader waits
 * @param sendBuffer the kernel's send buffer of accepted connections, in bytes
 */
@ConfigurationProperties("relay.gateway.sse")
public record SseProperties(
    @DefaultValue("10s") Duration ping,
    @DefaultValue("10s") Duration writeTimeout,
    @DefaultValue("1s") Duration retryLeast,
    @DefaultValue("5s") Duration retryMost,
    @DefaultValue("65536") int maxPending,
    @DefaultValue("65536") int sendBuffer) {
  public SseProperties {
    if (!ping.isPositive() || !writeTimeout.isPositive() || maxPending < 1 || sendBuffer < 1) {
      throw new IllegalArgumentException("relay.gateway.sse: values must be positive");
    }
    if (retryLeast.isNegative() || retryMost.compareTo(retryLeast) < 0) {
      throw new IllegalArgumentException(
          "relay.gateway.sse: retry-most must not be below retry-least");
    }
  }
}
