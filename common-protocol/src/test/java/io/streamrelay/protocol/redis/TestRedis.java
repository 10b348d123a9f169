package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.stream.PendingMessage;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.script.RedisScript;
import redis.clients.jedis.HostAndPort;

/** One redis-server for all tests that don't harm it. Ends with the JVM. */
final class TestRedis {
  private static final EmbeddedRedis SHARED = EmbeddedRedis.builder().start();
  private static final RedisConnections CONNECTIONS = connect(SHARED);

  private TestRedis() {}

  static RedisConnections shared() {
    return CONNECTIONS;
  }

  static RedisConnections connect(EmbeddedRedis redis) {
    return RedisConnections.to(redis.host(), redis.port(), RedisProtocolProperties.DEFAULTS);
  }

  /** On a cluster that no test harms. */
  static RedisConnections cluster() {
    return Cluster.CONNECTIONS;
  }

  /** With a sentinel that no test harms. */
  static RedisConnections sentinels() {
    return Sentinel.CONNECTIONS;
  }

  static RedisConnections connect(RedisPlace place) {
    return new RedisConnections(place, access(), RedisProtocolProperties.DEFAULTS);
  }

  static RedisConnections connect(TestCluster cluster) {
    return connect(
        new RedisPlace.Cluster(
            cluster.servers().stream()
                .map(server -> new HostAndPort(server.host(), server.port()))
                .toList()));
  }

  /** Without password or TLS. */
  static RedisAccess access() {
    Duration timeout = RedisProtocolProperties.DEFAULTS.timeout();
    return new RedisAccess(null, null, 0, null, timeout, timeout);
  }

  private static final class Cluster {
    static final RedisConnections CONNECTIONS = connect(TestCluster.start());
  }

  private static final class Sentinel {
    static final RedisConnections CONNECTIONS = connect(TestSentinels.start().place());
  }

  /** XCLAIM by the holder itself with an idle time: no waiting for the real lease. */
  static void endLeases(RedisConnections redis) {
    String idle = Long.toString(JobQueue.LEASE.toMillis());
    String group = "relay-workers";
    var streams = redis.template().opsForStream();
    for (Lane lane : Lane.values()) {
      if (redis.template().hasKey(lane.stream()) && !streams.groups(lane.stream()).isEmpty()) {
        for (PendingMessage held : streams.pending(lane.stream(), group, Range.unbounded(), 100)) {
          redis
              .template()
              .execute(
                  RedisScript.of(
                      "return redis.call('XCLAIM',KEYS[1],ARGV[1],ARGV[2],0,ARGV[3],"
                          + "'IDLE',ARGV[4],'JUSTID')",
                      List.class),
                  List.of(lane.stream()),
                  group,
                  held.getConsumerName(),
                  held.getIdAsString(),
                  idle);
        }
      }
    }
  }

  /** With few connections, since each takes its time to find out that a proxy went silent. */
  static RedisConnections through(FaultProxy proxy) {
    RedisProtocolProperties few =
        new RedisProtocolProperties(
            Duration.ofHours(1),
            2,
            Duration.ofMillis(1),
            2,
            1,
            1,
            Duration.ofMillis(200),
            Duration.ofSeconds(2));
    return RedisConnections.to("127.0.0.1", proxy.port(), few);
  }

  static int port() {
    return SHARED.port();
  }

  static void flush(RedisConnections redis) {
    run(
        redis,
        connection -> {
          connection.serverCommands().flushAll();
          return null;
        });
  }

  /** Kills the connections of that name; returns how many there were. */
  static long kill(RedisConnections redis, String name) {
    return redis.template().getClientList().stream()
        .filter(client -> name.equals(client.getName()))
        .peek(client ->
            redis
                .template()
                .killClient(host(client.getAddressPort()), port(client.getAddressPort())))
        .count();
  }

  static void config(RedisConnections redis, String name, String value) {
    run(
        redis,
        connection -> {
          connection.serverCommands().setConfig(name, value);
          return null;
        });
  }

  static Properties info(RedisConnections redis, String section) {
    return redis
        .template()
        .execute((RedisCallback<Properties>) c -> c.serverCommands().info(section));
  }

  static <T> T run(RedisConnections redis, RedisCallback<T> callback) {
    return redis.template().execute(callback);
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
