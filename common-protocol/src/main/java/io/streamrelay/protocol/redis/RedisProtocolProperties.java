package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the protocol uses Redis; where Redis is, {@code spring.data.redis.*} says.
 *
 * @param retention how long a session stream is kept after it was last opened, begun, kept or
 *     closed. Allowed: at least 1ms
 * @param flushers connections that appends are sent on, each with a thread. Allowed: at least 1
 * @param flushSpacing shortest time between two round trips of a flusher; an append that comes
 *     later goes out at once, one that comes sooner waits for others until then. Allowed: 0ms to
 *     100ms
 * @param subscribers connections that pushes come in on, each with two threads. Allowed: at least 1
 * @param poolSize connections for everything that answers at once. Allowed: at least 1
 * @param blockingPoolSize connections for what waits: one for each claiming thread. Allowed: at
 *     least 1
 * @param poolWait how long to wait for a free connection before the store counts as unavailable;
 *     where many ask at once, they wait for one another. Allowed: at least 1ms
 * @param timeout of connecting and of an answer, where {@code spring.data.redis} names none.
 *     Allowed: at least 1ms
 */
@ConfigurationProperties("relay.redis")
public record RedisProtocolProperties(
    @DefaultValue("1h") Duration retention,
    @DefaultValue("1") int flushers,
    @DefaultValue("1ms") Duration flushSpacing,
    @DefaultValue("1") int subscribers,
    @DefaultValue("5") int poolSize,
    @DefaultValue("1") int blockingPoolSize,
    @DefaultValue("1s") Duration poolWait,
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
          Duration.ofSeconds(1),
          Duration.ofSeconds(2));

  public RedisProtocolProperties {
    atLeastOne(flushers, "flushers");
    atLeastOne(subscribers, "subscribers");
    atLeastOne(poolSize, "pool-size");
    atLeastOne(blockingPoolSize, "blocking-pool-size");
    atLeastOneMilli(retention, "retention");
    atLeastOneMilli(poolWait, "pool-wait");
    atLeastOneMilli(timeout, "timeout");
    PropertyException.unless(
        !flushSpacing.isNegative() && flushSpacing.toMillis() <= 100,
        "relay.redis.flush-spacing",
        "must be 0ms to 100ms");
  }

  private static void atLeastOne(int value, String key) {
    PropertyException.unless(value >= 1, "relay.redis." + key, "must be at least 1");
  }

  private static void atLeastOneMilli(Duration value, String key) {
    PropertyException.unless(value.toMillis() >= 1, "relay.redis." + key, "must be at least 1ms");
  }
}
