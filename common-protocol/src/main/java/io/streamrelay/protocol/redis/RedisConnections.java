package io.streamrelay.protocol.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * All ways to one Redis, be it a server, a master with sentinels or a cluster, from one set of
 * settings: a pool for what answers at once, a pool for what waits, and single connections for
 * appends and pushes. Every wait on any of them is bounded.
 *
 * <p>Nothing is connected before it is used, except that the pools are filled if Redis is there:
 * Redis may be away at the start. Thread-safe.
 */
public final class RedisConnections implements AutoCloseable {
  /** The longest that Redis is ever asked to wait for something. */
  static final Duration MAX_BLOCK = Duration.ofMillis(500);

  private final RedisPlace place;
  private final RedisAccess access;
  private final RedisNodes nodes;
  private final RedisPools fast;
  private final RedisPools blocking;
  private final Set<RawConnection> single = ConcurrentHashMap.newKeySet();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  RedisConnections(RedisPlace place, RedisAccess access, RedisProtocolProperties properties) {
    this.place = place;
    this.access = access;
    this.nodes =
        switch (place) {
          case RedisPlace.Single(HostAndPort node) -> new SingleNode(node);
          case RedisPlace.Sentinels sentinels -> new SentinelMaster(sentinels, access);
          case RedisPlace.Cluster cluster -> new ClusterSlots(cluster, access);
        };
    Duration wait = properties.poolWait();
    this.fast = new RedisPools(place, access, nodes, properties.poolSize(), wait);
    this.blocking = new RedisPools(place, access, nodes, properties.blockingPoolSize(), wait);
    fast.fill();
    blocking.fill();
    nodes.onChange(this::changed);
  }

  /** To a Redis without password or TLS, with the defaults of everything. */
  public static RedisConnections to(String host, int port, RedisProtocolProperties properties) {
    Duration timeout = properties.timeout();
    return new RedisConnections(
        new RedisPlace.Single(new HostAndPort(host, port)),
        new RedisAccess(null, null, 0, null, timeout, timeout),
        properties);
  }

  /**
   * Runs it; any fault of Redis, or on the way to it, becomes a {@link
   * io.streamrelay.protocol.session.StoreUnavailableException}.
   */
  <T> T calling(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (DataAccessException | JedisException e) {
      if (e instanceof RedisConnectionFailureException || RedisFaults.isElsewhere(e)) {
        nodes.doubt();
        clear();
      }
      throw RedisFaults.unavailable(what, e);
    }
  }

  private void clear() {
    fast.clear();
    blocking.clear();
  }

  /** A master that was replaced may still answer: nobody stays with it. */
  private void changed() {
    if (!nodes.sharded()) {
      HostAndPort master = nodes.holder("");
      single.stream().filter(each -> !each.node().equals(master)).forEach(RawConnection::cut);
      clear();
    }
    listeners.forEach(Runnable::run);
  }

  /** For commands that answer at once. */
  StringRedisTemplate template() {
    return fast.template();
  }

  /** For commands that wait, for {@link #MAX_BLOCK} at most. */
  StringRedisTemplate blockingTemplate() {
    return blocking.template();
  }

  /** As {@link #template}, for beans of others. */
  JedisConnectionFactory factory() {
    return fast.factory();
  }

  /**
   * From the pool, to be closed after use. Throws as jedis does.
   *
   * @param node of a cluster; null: the only server
   */
  Connection borrow(@Nullable HostAndPort node) {
    return fast.borrow(node);
  }

  /** Runs a command wherever the key is, following redirections. Throws as jedis does. */
  Object following(String key, Command command, String... arguments) {
    return fast.following(key, command, arguments);
  }

  /** What appends publish with. On a cluster, PUBLISH would go to every node. */
  String publishCommand() {
    return nodes.sharded() ? "SPUBLISH" : "PUBLISH";
  }

  /** How long connecting may take, and an answer. */
  Duration timeout() {
    return access.timeout();
  }

  RedisPlace place() {
    return place;
  }

  RedisAccess access() {
    return access;
  }

  RedisNodes nodes() {
    return nodes;
  }

  /** Calls it after each change of the servers, on any thread; it must not block. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * A connection of its own, connected and authenticated; once it is lost it stays so. Throws
   * {@link JedisException}.
   *
   * @param name shown by CLIENT LIST
   * @param readTimeout how long a read may take
   */
  RawConnection connect(HostAndPort node, String name, Duration readTimeout) {
    single.removeIf(RawConnection::isCut);
    RawConnection connection = access.connection(node, name, readTimeout);
    single.add(connection); // before: a master that was replaced may accept, and never answer
    connection.open();
    return connection;
  }

  /** Where Redis is; without user and password. */
  @Override
  public String toString() {
    return place.toString();
  }

  @Override
  public void close() {
    nodes.close();
    blocking.close();
    fast.close();
  }
}
