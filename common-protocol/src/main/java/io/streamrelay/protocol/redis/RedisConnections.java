package io.streamrelay.protocol.redis;

import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * All ways to one Redis, from one set of settings: a pool for what answers at once, a pool for what
 * waits, and single connections for appends and pushes. Every wait on any of them is bounded.
 *
 * <p>Nothing is connected before it is used, except that the pools are filled if Redis is there:
 * Redis may be away at the start. Thread-safe.
 */
public final class RedisConnections implements AutoCloseable {
  /** The longest that Redis is ever asked to wait for something. */
  static final Duration MAX_BLOCK = Duration.ofMillis(500);

  private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);
  private static final Duration BLOCKING_MARGIN = Duration.ofSeconds(2);

  private final JedisConnectionFactory fast;
  private final boolean ownsFast;
  private final JedisConnectionFactory blocking;
  private final StringRedisTemplate template;
  private final StringRedisTemplate blockingTemplate;

  /**
   * Beside a factory made from {@code spring.data.redis.*} and {@link #bound}.
   *
   * @param fast started; stays its maker's to end
   */
  public RedisConnections(JedisConnectionFactory fast, RedisProtocolProperties properties) {
    this(fast, false, properties);
  }

  private RedisConnections(
      JedisConnectionFactory fast, boolean ownsFast, RedisProtocolProperties properties) {
    if (fast.isRedisClusterAware() || fast.isRedisSentinelAware()) {
      throw new IllegalStateException(
          "Only a single Redis is supported so far: set spring.data.redis.host (or .url), neither"
              + " spring.data.redis.cluster nor spring.data.redis.sentinel.");
    }
    this.fast = fast;
    this.ownsFast = ownsFast;
    this.blocking = start(standalone(), blocking(fast.getClientConfiguration(), properties));
    this.template = new StringRedisTemplate(fast);
    this.blockingTemplate = new StringRedisTemplate(blocking);
    warm(fast);
    warm(blocking);
  }

  /** To a Redis without password or TLS, with the defaults of everything. */
  public static RedisConnections to(String host, int port, RedisProtocolProperties properties) {
    var builder = JedisClientConfiguration.builder();
    bound(builder, properties.timeout(), properties);
    RedisStandaloneConfiguration place = new RedisStandaloneConfiguration(host, port);
    return new RedisConnections(start(place, builder.build()), true, properties);
  }

  /** Puts bounds on the settings of the fast pool. */
  static void bound(
      JedisClientConfiguration.JedisClientConfigurationBuilder builder,
      Duration timeout,
      RedisProtocolProperties properties) {
    int blockingMillis = (int) MAX_BLOCK.plus(BLOCKING_MARGIN).toMillis();
    builder
        .connectTimeout(timeout)
        .readTimeout(timeout)
        .customizeClientConfig(config -> config.blockingSocketTimeoutMillis(blockingMillis))
        .usePooling()
        .poolConfig(RedisClientSettings.pool(properties.poolSize(), properties.poolWait()));
  }

  private static JedisClientConfiguration blocking(
      JedisClientConfiguration fast, RedisProtocolProperties properties) {
    return new RedisClientSettings(
        fast, RedisClientSettings.pool(properties.blockingPoolSize(), properties.poolWait()));
  }

  private static JedisConnectionFactory start(
      RedisStandaloneConfiguration place, JedisClientConfiguration settings) {
    JedisConnectionFactory factory = new JedisConnectionFactory(place, settings);
    factory.afterPropertiesSet();
    factory.start();
    return factory;
  }

  private static void warm(JedisConnectionFactory factory) {
    try {
      Optional<Pool<?>> pool = pool(factory);
      if (pool.isPresent()) {
        pool.get().preparePool();
      }
    } catch (Exception e) {
      log.warn("Redis can't be reached yet ({}); trying on", e.getMessage());
    }
  }

  /**
   * Runs it; any fault of Redis, or on the way to it, becomes a {@link
   * io.streamrelay.protocol.session.StoreUnavailableException}.
   */
  <T> T calling(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (DataAccessException | JedisException e) {
      if (e instanceof RedisConnectionFailureException) {
        pool(fast).ifPresent(Pool::clear); // after a restart only the first call fails, not as many
        pool(blocking).ifPresent(Pool::clear); // as there were connections
      }
      throw RedisFaults.unavailable(what, e);
    }
  }

  private static Optional<Pool<?>> pool(JedisConnectionFactory factory) {
    try (RedisConnection connection = factory.getConnection()) {
      return connection.getNativeConnection() instanceof RedisClient client
          ? Optional.of(client.getPool())
          : Optional.empty();
    }
  }

  /** For commands that answer at once. */
  StringRedisTemplate template() {
    return template;
  }

  /** For commands that wait, for {@link #MAX_BLOCK} at most. */
  StringRedisTemplate blockingTemplate() {
    return blockingTemplate;
  }

  /** What appends publish with: on a cluster it will be SPUBLISH. */
  String publishCommand() {
    return "PUBLISH";
  }

  /** How long connecting may take, and an answer. */
  Duration timeout() {
    return fast.getClientConfiguration().getReadTimeout();
  }

  /**
   * A connection of its own, connected and authenticated; once it is lost it stays so. Throws
   * {@link redis.clients.jedis.exceptions.JedisException}.
   *
   * @param name shown by CLIENT LIST
   * @param readTimeout how long a read may take
   */
  RawConnection connect(String name, Duration readTimeout) {
    JedisClientConfiguration settings = fast.getClientConfiguration();
    RedisStandaloneConfiguration place = standalone();
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis((int) settings.getConnectTimeout().toMillis())
            .socketTimeoutMillis((int) readTimeout.toMillis())
            .database(place.getDatabase())
            .clientName(name)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .ssl(settings.isUseSsl());
    settings.getSslSocketFactory().ifPresent(config::sslSocketFactory);
    settings.getSslParameters().ifPresent(config::sslParameters);
    settings.getHostnameVerifier().ifPresent(config::hostnameVerifier);
    place
        .getPassword()
        .toOptional()
        .ifPresent(password ->
            config.credentials(new DefaultRedisCredentials(place.getUsername(), password)));
    HostAndPort address = new HostAndPort(place.getHostName(), place.getPort());
    DefaultJedisClientConfig built = config.build();
    return new RawConnection(once(new DefaultJedisSocketFactory(address, built)), built);
  }

  /** A jedis connection connects again by itself when it is used after its end; ours must not. */
  private static JedisSocketFactory once(JedisSocketFactory factory) {
    AtomicBoolean used = new AtomicBoolean();
    return () -> {
      if (used.getAndSet(true)) {
        throw new JedisConnectionException("The connection was lost");
      }
      Socket socket = factory.createSocket();
      return socket;
    };
  }

  private RedisStandaloneConfiguration standalone() {
    RedisStandaloneConfiguration place = fast.getStandaloneConfiguration();
    if (place == null) {
      throw new IllegalStateException("Redis is not configured: set spring.data.redis.host");
    }
    return place;
  }

  /** Where Redis is; without user and password. */
  @Override
  public String toString() {
    return "redis://" + standalone().getHostName() + ":" + standalone().getPort();
  }

  @Override
  public void close() {
    blocking.destroy();
    if (ownsFast) {
      fast.destroy();
    }
  }
}
