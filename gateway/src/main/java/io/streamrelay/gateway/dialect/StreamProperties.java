package io.streamrelay.gateway.dialect;

import io.streamrelay.protocol.property.PropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many streams may be open, whatever their dialect.
 *
 * @param perCaller of one caller and all its users on one gateway; beyond it 429 {@code
 *     too_many_streams}. Allowed: 1 to 1000000
 * @param perGateway of all callers; beyond it 503 {@code too_many_streams}; {@code
 *     server.jetty.max-connections} must be higher. Allowed: 1 to 1000000
 */
@ConfigurationProperties("relay.gateway.streams")
public record StreamProperties(
    @DefaultValue("1000") int perCaller, @DefaultValue("20000") int perGateway) {
  private static final int MOST = 1_000_000;

  public StreamProperties {
    check("per-caller", perCaller);
    check("per-gateway", perGateway);
  }

  private static void check(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new PropertyException("relay.gateway.streams." + name, "must be 1 to " + MOST);
    }
  }
}
