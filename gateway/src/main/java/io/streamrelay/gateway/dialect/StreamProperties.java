package io.streamrelay.gateway.dialect;

import io.streamrelay.protocol.model.PropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many streams may be open, whatever their dialect.
 *
 * @param perCaller of one caller and all its users on one gateway; beyond it 429. 1 to 1 000 000
 * @param perGateway of all callers; beyond it 503. 1 to 1 000 000; the server's own bound on
 *     connections must be higher
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
