package io.streamrelay.protocol.redis;

import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.Properties;
import org.springframework.data.redis.core.RedisCallback;

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

  /** With few connections, since each takes its time to find out that a proxy went silent. */
  static RedisConnections through(StallingProxy proxy) {
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
