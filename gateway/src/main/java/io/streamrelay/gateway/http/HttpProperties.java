package io.streamrelay.gateway.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of a request.
 *
 * @param maxBody largest request body; beyond it 413
 * @param headerTimeout how long a new connection may take over its first request's headers
 * @param bodyTimeout how long a request's body may take to arrive; beyond it 408
 */
@ConfigurationProperties("relay.gateway")
record HttpProperties(
    @DefaultValue("256KB") DataSize maxBody,
    @DefaultValue("10s") Duration headerTimeout,
    @DefaultValue("10s") Duration bodyTimeout) {
  public HttpProperties {
    if (maxBody.toBytes() < 1 || maxBody.toBytes() > DataSize.ofMegabytes(64).toBytes()) {
      throw new IllegalArgumentException("relay.gateway.max-body must be 1 B to 64 MB");
    }
    if (!headerTimeout.isPositive() || !bodyTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "relay.gateway.header-timeout and body-timeout must be longer than nothing");
    }
  }
}
