package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Whether the Redis there is can carry session streams. Asked for readiness; gauge {@code
 * relay.redis.evicting} is 1 while Redis may throw live streams away. Thread-safe.
 */
public final class RedisRequirements {
  private static final Logger log = LoggerFactory.getLogger(RedisRequirements.class);
  private static final int MIN_MAJOR_VERSION = 7;

  private final RedisConnections connections;
  private final String place;
  private final AtomicReference<@Nullable String> lastWarning = new AtomicReference<>();
  private volatile boolean evicting;

  public RedisRequirements(RedisConnections connections, MeterRegistry registry) {
    this.connections = connections;
    this.place = connections.toString();
    Gauge.builder("relay.redis.evicting", () -> evicting ? 1 : 0)
        .description("1 if Redis' maxmemory-policy lets it throw live session streams away")
        .register(registry);
  }

  /**
   * Takes note of what a later look at Redis found.
   *
   * @param figures null: nothing
   */
  public void seen(@Nullable RedisFigures figures) {
    if (figures != null) {
      evicting = figures.evicting();
    }
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
   * Asks each master, in bounded time; a new warning is logged. Throws {@link
   * StoreUnavailableException}, with a sentence for the operator, if one doesn't answer.
   */
  public Verdict check() {
    try {
      List<String> warnings = new ArrayList<>();
      evicting = false;
      for (HostAndPort node : connections.nodes().masters()) {
        switch (judge(node)) {
          case Verdict.NotMet no -> {
            return no;
          }
          case Verdict.Met(var warning) when warning != null -> warnings.add(warning);
          case Verdict.Met met -> {}
        }
      }
      return met(warnings.isEmpty() ? null : String.join(" ", warnings));
    } catch (RedisTopologyException e) {
      return new Verdict.NotMet(RedisFaults.reason(e));
    } catch (JedisException e) {
      return new Verdict.NotMet(denied(e));
    }
  }

  /** A sentence for what the operator must mend; throws where Redis is merely away. */
  private String denied(JedisException e) {
    if (RedisFaults.deniesEntry(e)) {
      return "Redis ("
          + place
          + ") refuses user and password ("
          + RedisFaults.reason(e)
          + "): set spring.data.redis.username and spring.data.redis.password"
          + (connections.place() instanceof RedisPlace.Sentinels
              ? ", and spring.data.redis.sentinel.username and .password for the sentinels."
              : ".");
    }
    if (RedisFaults.isTls(e)) {
      return "TLS with Redis ("
          + place
          + ") failed ("
          + RedisFaults.reason(e)
          + "): check spring.data.redis.ssl.enabled and .bundle, and that the certificate names"
          + " the host.";
    }
    throw new StoreUnavailableException(
        "Redis (" + place + ") can't be reached: " + RedisFaults.reason(e), e);
  }

  private Verdict judge(HostAndPort node) {
    try (RawConnection connection =
        connections.connect(node, "relay-check", connections.timeout())) {
      String info = info(connection, "server") + info(connection, "replication");
      Verdict place = fits(node, info + info(connection, "cluster"));
      return place instanceof Verdict.NotMet
          ? place
          : judge(
              node.toString(),
              RedisInfo.value(info, "redis_version", "unknown"),
              RedisInfo.value(info(connection, "memory"), "maxmemory_policy", "noeviction"));
    } catch (JedisDataException e) {
      if (!RedisFaults.says(e, "NOPERM")) {
        throw e;
      }
      return new Verdict.Met(
          "INFO is not permitted at "
              + node
              + ": can't tell whether it is Redis 7.0 or newer with maxmemory-policy noeviction."
              + " Permit it with +info.");
    }
  }

  private static String info(RawConnection connection, String section) {
    connection.sendCommand(Command.INFO, section);
    return connection.getBulkReply();
  }

  private Verdict fits(HostAndPort node, String info) {
    boolean sharded = connections.nodes().sharded();
    if (!sharded && RedisInfo.value(info, "cluster_enabled", "0").equals("1")) {
      return new Verdict.NotMet(
          "Redis at " + node + " is a node of a cluster: set spring.data.redis.cluster.nodes.");
    }
    if (RedisInfo.value(info, "role", "master").equals("slave")) {
      return new Verdict.NotMet(
          "Redis at " + node + " is a replica, which can't be written to: name its master.");
    }
    return new Verdict.Met(null);
  }

  Verdict judge(String node, String version, String policy) {
    if (!isNewEnough(version)) {
      return new Verdict.NotMet(
          "Redis at " + node + " is version " + version + ", but 7.0 or newer is needed.");
    }
    boolean evicts = !policy.equals("noeviction");
    evicting |= evicts;
    return new Verdict.Met(
        evicts
            ? "Redis at "
                + node
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
