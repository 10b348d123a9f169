package io.streamrelay.protocol.redis;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.ssl.SslBundle;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/** What {@code spring.data.redis.*} says, for both clients. */
final class RedisSettings {
  private final DataRedisConnectionDetails details;
  private final DataRedisProperties redis;
  private final RedisProtocolProperties properties;

  RedisSettings(
      DataRedisConnectionDetails details,
      DataRedisProperties redis,
      RedisProtocolProperties properties) {
    this.details = details;
    this.redis = redis;
    this.properties = properties;
  }

  RedisConnections connect() {
    return new RedisConnections(place(), access(), properties);
  }

  private RedisPlace place() {
    DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
    DataRedisConnectionDetails.Cluster cluster = details.getCluster();
    if (details.getMasterReplica() != null) {
      throw new IllegalArgumentException(
          "spring.data.redis.masterreplica is not supported: set spring.data.redis.host to the"
              + " master, or spring.data.redis.sentinel or .cluster.");
    }
    if (sentinel != null && cluster != null) {
      throw new IllegalArgumentException(
          "spring.data.redis.sentinel and spring.data.redis.cluster exclude each other: set one.");
    }
    if (sentinel != null) {
      if (sentinel.getMaster() == null || sentinel.getMaster().isBlank()) {
        throw new IllegalArgumentException(
            "spring.data.redis.sentinel.master is missing: set it to the name in the sentinels'"
                + " 'sentinel monitor'.");
      }
      return new RedisPlace.Sentinels(
          sentinel.getMaster(),
          nodes(sentinel.getNodes()),
          sentinel.getUsername(),
          sentinel.getPassword());
    }
    if (cluster != null) {
      return new RedisPlace.Cluster(nodes(cluster.getNodes()));
    }
    DataRedisConnectionDetails.Standalone single = details.getStandalone();
    if (single == null) {
      throw new IllegalArgumentException("Redis is not configured: set spring.data.redis.host");
    }
    int port =
        single.getPort() < 0 ? Protocol.DEFAULT_PORT : single.getPort(); // a URL may have none
    return new RedisPlace.Single(new HostAndPort(single.getHost(), port));
  }

  private static List<HostAndPort> nodes(List<DataRedisConnectionDetails.Node> nodes) {
    return nodes.stream().map(node -> new HostAndPort(node.host(), node.port())).toList();
  }

  private RedisAccess access() {
    Duration timeout = redis.getTimeout() == null ? properties.timeout() : redis.getTimeout();
    Duration connect = redis.getConnectTimeout() == null ? timeout : redis.getConnectTimeout();
    return new RedisAccess(
        details.getUsername(), details.getPassword(), database(), tls(), connect, timeout);
  }

  private int database() {
    DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
    DataRedisConnectionDetails.Standalone single = details.getStandalone();
    return sentinel != null
        ? sentinel.getDatabase()
        : details.getCluster() != null || single == null ? 0 : single.getDatabase();
  }

  private @Nullable SSLSocketFactory tls() {
    SslBundle bundle = details.getSslBundle();
    if (bundle == null && redis.getUrl() != null && redis.getUrl().startsWith("rediss:")) {
      bundle = SslBundle.systemDefault();
    }
    if (bundle == null) {
      return null;
    }
    SSLContext context = bundle.createSslContext();
    return context.getSocketFactory();
  }
}
