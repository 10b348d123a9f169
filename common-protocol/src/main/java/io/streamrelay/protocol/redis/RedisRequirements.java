package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Whether the Redis there is can carry session streams. Asked for readiness; gauge {@code
 * relay.redis.evicting} is 1 while Redis may throw live streams away. Thread-safe.
 */
public final class RedisRequirements {
  private static final Logger log = LoggerFactory.getLogger(RedisRequirements.class);
  private static final int MIN_MAJOR_VERSION = 7;

  private final RedisConnections connections;
  private final StringRedisTemplate redis;
  private final String place;
  private final AtomicReference<@Nullable String> lastWarning = new AtomicReference<>();
  private volatile boolean evicting;

  public RedisRequirements(RedisConnections connections, MeterRegistry registry) {
    this.connections = connections;
    this.redis = connections.template();
    this.place = connections.toString();
    Gauge.builder("relay.redis.evicting", () -> evicting ? 1 : 0)
        .description("1 if Redis' maxmemory-policy lets it throw live session streams away")
        .register(registry);
  }

  /** What came out. */
  public sealed interface Verdict {
    /**
     * @param warning null if all is as it should be
     */
    record Met(@Nullable String warning) implements Verdict {}

    /**
     * @param why one sentence for the operator
     */
    record NotMet(String why) implements Verdict {}
  }

  /**
   * Asks Redis, in bounded time; a new warning is logged. Throws {@link
   * io.streamrelay.protocol.session.StoreUnavailableException} if it doesn't answer.
   */
  public Verdict check() {
    return connections.calling(
        "check",
        () -> {
          try {
            return judge(
                info("server").getProperty("redis_version", "unknown"),
                info("memory").getProperty("maxmemory_policy", "noeviction"));
          } catch (DataAccessException e) {
            if (!RedisFaults.mentions(e, "NOPERM")) {
              throw e;
            }
            return met(
                "INFO is not permitted at "
                    + place
                    + ": can't tell whether it is Redis 7.0 or newer with maxmemory-policy"
                    + " noeviction. Permit it with +info.");
          }
        });
  }

  private Properties info(String section) {
    RedisCallback<Properties> info = connection -> connection.serverCommands().info(section);
    Properties properties = redis.execute(info);
    return properties == null ? new Properties() : properties;
  }

  Verdict judge(String version, String policy) {
    if (!isNewEnough(version)) {
      return new Verdict.NotMet(
          "Redis at " + place + " is version " + version + ", but 7.0 or newer is needed.");
    }
    evicting = !policy.equals("noeviction");
    return met(
        evicting
            ? "Redis at "
                + place
                + " has maxmemory-policy "
                + policy
                + " and may throw away live session streams and jobs: set it to noeviction."
            : null);
  }

  private static boolean isNewEnough(String version) {
    int dot = version.indexOf('.');
    try {
      return Integer.parseInt(dot < 0 ? version : version.substring(0, dot)) >= MIN_MAJOR_VERSION;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private Verdict met(@Nullable String warning) {
    String before = lastWarning.getAndSet(warning);
    if (warning != null && !warning.equals(before)) {
      log.warn(warning);
    }
    return new Verdict.Met(warning);
  }
}
