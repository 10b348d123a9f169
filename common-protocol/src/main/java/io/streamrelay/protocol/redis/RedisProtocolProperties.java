package io.streamrelay.protocol.redis;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the protocol uses Redis; where Redis is, {@code spring.data.redis.*} says.
 *
 * @param retention how long a session stream is kept after it was last opened, begun, kept or
 *     closed
 * @param flushers connections that appends are sent on, each with a thread
 * @param flushSpacing shortest time between two round trips of a flusher; an append that comes
 *     later goes out at once, one that comes sooner waits for others until then
 * @param subscribers connections that pushes come in on, each with two threads
 * @param poolSize connections for everything that answers at once
 * @param blockingPoolSize connections for what waits: one for each claiming thread
 * @param poolWait how long to wait for a free connection before the store counts as unavailable
 * @param timeout of connecting and of an answer, where {@code spring.data.redis} names none
 */
@ConfigurationProperties("relay.redis")
public record RedisProtocolProperties(
    @DefaultValue("1h") Duration retention,
    @DefaultValue("1") int flushers,
    @DefaultValue("1ms") Duration flushSpacing,
    @DefaultValue("1") int subscribers,
    @DefaultValue("5") int poolSize,
    @DefaultValue("1") int blockingPoolSize,
    @DefaultValue("200ms") Duration poolWait,
    @DefaultValue("2s") Duration timeout) {

  /** The defaults, for where no configuration is read. */
  public static final RedisProtocolProperties DEFAULTS =
      new RedisProtocolProperties(
          Duration.ofHours(1),
          1,
          Duration.ofMillis(1),
          1,
          5,
          1,
          Duration.ofMillis(200),
          Duration.ofSeconds(2));

  public RedisProtocolProperties {
    if (flushers < 1 || subscribers < 1 || poolSize < 1 || blockingPoolSize < 1) {
      throw new IllegalArgumentException("relay.redis: at least one connection of each kind");
    }
    if (flushSpacing.isNegative() || flushSpacing.toMillis() > 100) {
      throw new IllegalArgumentException("relay.redis.flush-spacing: 0 to 100 ms");
    }
    if (retention.toMillis() < 1 || poolWait.toMillis() < 1 || timeout.toMillis() < 1) {
      throw new IllegalArgumentException("relay.redis: durations are at least 1 ms");
    }
  }
}
