package io.streamrelay.gateway.http;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of a request.
 *
 * @param maxBody largest request body; beyond it 413. Allowed: 1B to 64MB
 * @param headerTimeout how long a new connection may take over TLS' handshake, if there is one, and
 *     then over its first request's headers. Allowed: at least 1ms
 * @param bodyTimeout how long a request's body may take to arrive; beyond it 408. Allowed: at least
 *     1ms
 * @param acknowledgementTimeout how long a client's machine may leave unacknowledged what was sent
 *     to it, or take nothing at all, before its connection is given up; on Linux only. To be longer
 *     than {@code sse.write-timeout}, which tells slow readers by name. Allowed: 1ms to 1h
 * @param requestsPerConnection requests, streams among them, that one HTTP/2 connection may have
 *     under way; its client is told, and waits with the next or opens another. Allowed: 1 to 10000
 */
@ConfigurationProperties("relay.gateway")
record HttpProperties(
    @DefaultValue("256KB") DataSize maxBody,
    @DefaultValue("10s") Duration headerTimeout,
    @DefaultValue("10s") Duration bodyTimeout,
    @DefaultValue("13s") Duration acknowledgementTimeout,
    @DefaultValue("256") int requestsPerConnection) {
  public HttpProperties {
    PropertyException.unless(
        maxBody.toBytes() >= 1 && maxBody.toBytes() <= DataSize.ofMegabytes(64).toBytes(),
        "relay.gateway.max-body",
        "must be 1B to 64MB");
    atLeastOneMilli(headerTimeout, "header-timeout");
    atLeastOneMilli(bodyTimeout, "body-timeout");
    PropertyException.unless(
        acknowledgementTimeout.toMillis() >= 1
            && acknowledgementTimeout.compareTo(Duration.ofHours(1)) <= 0,
        "relay.gateway.acknowledgement-timeout",
        "must be 1ms to 1h");
    PropertyException.unless(
        requestsPerConnection >= 1 && requestsPerConnection <= 10_000,
        "relay.gateway.requests-per-connection",
        "must be 1 to 10000");
  }

  private static void atLeastOneMilli(Duration value, String key) {
    PropertyException.unless(value.toMillis() >= 1, "relay.gateway." + key, "must be at least 1ms");
  }
}
