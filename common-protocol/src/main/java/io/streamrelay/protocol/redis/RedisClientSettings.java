package io.streamrelay.protocol.redis;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.springframework.data.redis.connection.jedis.JedisClientBuilderCustomizer;
import org.springframework.data.redis.connection.jedis.JedisClientConfigBuilderCustomizer;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;

/** The settings of one connection factory with another pool. */
record RedisClientSettings(JedisClientConfiguration base, ConnectionPoolConfig pool)
    implements JedisClientConfiguration {
  private static final Duration POOL_CHECK = Duration.ofSeconds(2);

  /** A pool that is full from the start, is kept so, and never lets anybody wait for long. */
  static ConnectionPoolConfig pool(int size, Duration wait) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(size);
    pool.setMaxIdle(size);
    pool.setMinIdle(size);
    pool.setMaxWait(wait);
    pool.setTestWhileIdle(true);
    pool.setTimeBetweenEvictionRuns(POOL_CHECK);
    return pool;
  }

  @Override
  public Optional<GenericObjectPoolConfig<?>> getPoolConfig() {
    GenericObjectPoolConfig<Connection> config = pool;
    return Optional.of(config);
  }

  @Override
  public boolean isUsePooling() {
    return true;
  }

  @Override
  public Optional<JedisClientConfigBuilderCustomizer> getClientConfigCustomizer() {
    return base.getClientConfigCustomizer();
  }

  @Override
  public Optional<JedisClientBuilderCustomizer> getClientCustomizer() {
    return base.getClientCustomizer();
  }

  @Override
  public boolean isUseSsl() {
    return base.isUseSsl();
  }

  @Override
  public Optional<SSLSocketFactory> getSslSocketFactory() {
    return base.getSslSocketFactory();
  }

  @Override
  public Optional<SSLParameters> getSslParameters() {
    return base.getSslParameters();
  }

  @Override
  public Optional<HostnameVerifier> getHostnameVerifier() {
    return base.getHostnameVerifier();
  }

  @Override
  public Optional<String> getClientName() {
    return base.getClientName();
  }

  @Override
  public Duration getConnectTimeout() {
    return base.getConnectTimeout();
  }

  @Override
  public Duration getReadTimeout() {
    return base.getReadTimeout();
  }
}
