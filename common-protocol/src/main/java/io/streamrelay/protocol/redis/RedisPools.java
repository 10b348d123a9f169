package io.streamrelay.protocol.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.builders.ClusterClientBuilder;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.Pool;

/**
 * One pool of connections to each server, as spring-data-redis has it. It is full from the start if
 * Redis is there, is kept so, and never lets anybody wait for long. Thread-safe.
 *
 * <p>With sentinels it is the pool of a single server whose address is asked for at each
 * connecting: jedis' own client for them would end the start when they are away.
 */
final class RedisPools implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisPools.class);
  private static final Duration CHECK = Duration.ofSeconds(2);
  private static final Duration BLOCKING_MARGIN = Duration.ofSeconds(2);

  private final JedisConnectionFactory factory;
  private final StringRedisTemplate template;

  /**
   * @param size connections to each server
   * @param wait how long to wait for a free one
   */
  RedisPools(RedisPlace place, RedisAccess access, RedisNodes nodes, int size, Duration wait) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(size);
    pool.setMaxIdle(size);
    pool.setMinIdle(size);
    pool.setMaxWait(wait);
    pool.setTestWhileIdle(true);
    pool.setTimeBetweenEvictionRuns(CHECK);
    this.factory = factory(place, access, settings(place, access, nodes, pool));
    factory.afterPropertiesSet();
    factory.start();
    this.template = new StringRedisTemplate(factory);
  }

  private static JedisClientConfiguration settings(
      RedisPlace place, RedisAccess access, RedisNodes nodes, ConnectionPoolConfig pool) {
    int blockingMillis = (int) RedisConnections.MAX_BLOCK.plus(BLOCKING_MARGIN).toMillis();
    var settings = JedisClientConfiguration.builder();
    settings
        .connectTimeout(access.connectTimeout())
        .readTimeout(access.timeout())
        .clientName("relay")
        .customizeClientConfig(config -> {
          config
              .blockingSocketTimeoutMillis(blockingMillis)
              .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
          if (place instanceof RedisPlace.Sentinels(String master, var of, var user, var pw)) {
            config.hostAndPortMapper(named -> nodes.holder(master));
          }
        })
        .customizeClient(client -> {
          if (client instanceof ClusterClientBuilder<?> cluster) {
            cluster.maxTotalRetriesDuration(access.timeout());
          }
        })
        .usePooling()
        .poolConfig(pool);
    if (access.tls() != null) {
      settings
          .useSsl()
          .sslSocketFactory(access.tls())
          .sslParameters(RedisAccess.hostVerified(new SSLParameters()));
    }
    return settings.build();
  }

  private static JedisConnectionFactory factory(
      RedisPlace place, RedisAccess access, JedisClientConfiguration settings) {
    return switch (place) {
      case RedisPlace.Single(HostAndPort node) -> single(node, access, settings);
      case RedisPlace.Sentinels sentinels -> single(sentinels.nodes().getFirst(), access, settings);
      case RedisPlace.Cluster(List<HostAndPort> nodes) -> cluster(nodes, access, settings);
    };
  }

  private static JedisConnectionFactory single(
      HostAndPort node, RedisAccess access, JedisClientConfiguration settings) {
    var server = new RedisStandaloneConfiguration(node.getHost(), node.getPort());
    server.setDatabase(access.database());
    server.setUsername(access.user());
    server.setPassword(RedisPassword.of(access.password()));
    return new RedisLightFactory(server, settings);
  }

  private static JedisConnectionFactory cluster(
      List<HostAndPort> nodes, RedisAccess access, JedisClientConfiguration settings) {
    // jedis' switch for a cluster that may be away at the start
    System.setProperty(RedisClusterClient.INIT_NO_ERROR_PROPERTY, "true");
    var servers = new RedisClusterConfiguration();
    nodes.forEach(node -> servers.addClusterNode(new RedisNode(node.getHost(), node.getPort())));
    servers.setUsername(access.user());
    servers.setPassword(RedisPassword.of(access.password()));
    return new JedisConnectionFactory(servers, settings);
  }

  JedisConnectionFactory factory() {
    return factory;
  }

  StringRedisTemplate template() {
    return template;
  }

  void fill() {
    try {
      for (Pool<Connection> pool : pools()) {
        pool.preparePool();
      }
    } catch (Exception e) {
      log.warn("Redis can't be reached yet ({}); trying on", RedisFaults.reason(e));
    }
  }

  /** Closes what is not in use: after a restart one call fails, not as many as there were. */
  void clear() {
    pools().forEach(Pool::clear);
  }

  /**
   * A connection to be closed after use. Throws as jedis does.
   *
   * @param node of a cluster; null: the only server
   */
  Connection borrow(@Nullable HostAndPort node) {
    return switch (client()) {
      case RedisClient single -> single.getPool().getResource();
      case RedisClusterClient cluster -> {
        Pool<Connection> pool = cluster.getClusterNodes().get(String.valueOf(node));
        if (pool == null) {
          throw new JedisConnectionException("Redis at " + node + " is not connected to yet");
        }
        yield pool.getResource();
      }
      default -> throw new IllegalStateException("spring-data-redis has another client");
    };
  }

  /** Runs a command wherever the key is, following redirections. Throws as jedis does. */
  Object following(String key, Command command, String... arguments) {
    return ((UnifiedJedis) client()).sendCommand(key, command, arguments);
  }

  private Collection<? extends Pool<Connection>> pools() {
    return switch (client()) {
      case RedisClient single -> List.of(single.getPool());
      case RedisClusterClient cluster -> cluster.getClusterNodes().values();
      default -> List.of();
    };
  }

  private Object client() {
    try (RedisConnection connection = factory.getConnection()) {
      return connection.getNativeConnection();
    }
  }

  @Override
  public void close() {
    factory.destroy();
  }
}
