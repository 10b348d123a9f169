package io.streamrelay.protocol.redis;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * How to be let in by a Redis server, and how long to wait for it.
 *
 * @param user null: the default user
 * @param password null: none is asked for
 * @param tls null: without TLS
 * @param connectTimeout of TCP's connecting
 * @param timeout of an answer
 */
record RedisAccess(
    @Nullable String user,
    @Nullable String password,
    int database,
    @Nullable SSLSocketFactory tls,
    Duration connectTimeout,
    Duration timeout) {

  /**
   * The certificate must name the host that is connected to: without that, anybody's certificate of
   * a public authority would do.
   */
  static SSLParameters hostVerified(SSLParameters parameters) {
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  /**
   * A connection of its own, connected and authenticated; once it is lost it stays so. Bounded in
   * time. Throws {@link redis.clients.jedis.exceptions.JedisException}.
   *
   * @param name shown by CLIENT LIST
   * @param readTimeout how long a read may take
   */
  RawConnection connect(HostAndPort node, String name, Duration readTimeout) {
    RawConnection connection = connection(node, name, readTimeout);
    connection.open();
    return connection;
  }

  /** The same, still to be opened. */
  RawConnection connection(HostAndPort node, String name, Duration readTimeout) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis((int) connectTimeout.toMillis())
            .socketTimeoutMillis((int) readTimeout.toMillis())
            .database(database)
            .clientName(name)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .ssl(tls != null);
    if (tls != null) {
      config.sslSocketFactory(tls).sslParameters(hostVerified(new SSLParameters()));
    }
    if (password != null) {
      config.credentials(new DefaultRedisCredentials(user, password));
    }
    DefaultJedisClientConfig built = config.build();
    return new RawConnection(node, once(new DefaultJedisSocketFactory(node, built)), built);
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

  /** Of the sentinels of that place, which have users of their own. */
  RedisAccess ofSentinels(RedisPlace.Sentinels place, Duration atMost) {
    return new RedisAccess(
        place.user(), place.password(), 0, tls, min(connectTimeout, atMost), min(timeout, atMost));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Without user and password. */
  @Override
  public String toString() {
    return tls == null ? "RedisAccess" : "RedisAccess by TLS";
  }
}
