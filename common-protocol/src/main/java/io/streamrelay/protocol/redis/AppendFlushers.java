package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * As many flushers as are wanted for each server. Those of one server know nothing of another's: a
 * node of a cluster that is slow or dead keeps nobody waiting who has his session elsewhere.
 *
 * <p>Threads: anybody gets one; one thread at a time retires those of servers that are gone.
 */
final class AppendFlushers implements AutoCloseable {
  private final RedisConnections connections;
  private final RedisProtocolProperties properties;
  private final AppendMeters meters;

  /** Without shards there is one list for ever, and no question which. */
  private final @Nullable List<AppendFlusher> only;

  private final Map<HostAndPort, List<AppendFlusher>> byNode = new ConcurrentHashMap<>();
  private volatile boolean closed;

  AppendFlushers(
      RedisConnections connections, RedisProtocolProperties properties, AppendMeters meters) {
    this.connections = connections;
    this.properties = properties;
    this.meters = meters;
    this.only = connections.nodes().sharded() ? null : start("flusher", new ToMaster());
  }

  private List<AppendFlusher> start(String name, AppendRoute route) {
    List<AppendFlusher> started = new ArrayList<>();
    for (int number = 0; number < properties.flushers(); number++) {
      started.add(new AppendFlusher(name + "-" + number, connections, route, properties, meters));
    }
    return List.copyOf(started);
  }

  private List<AppendFlusher> start(HostAndPort node) {
    if (closed) {
      throw new JedisConnectionException("The appender is closed");
    }
    return start("flusher-" + node, new ToNode(node));
  }

  /**
   * Sends it to the server that has its session, as far as is known; a session's flusher is one.
   */
  void put(AppendCommand command) {
    if (only != null) {
      of(only, command).put(command);
      return;
    }
    try {
      put(connections.nodes().holder(command.append().turn().session().stream()), command);
    } catch (JedisException e) {
      fail(command, e);
    }
  }

  private void put(HostAndPort node, AppendCommand command) {
    List<AppendFlusher> ofNode = byNode.get(node);
    if (ofNode == null) {
      ofNode = byNode.computeIfAbsent(node, this::start);
    }
    of(ofNode, command).put(command);
  }

  private static AppendFlusher of(List<AppendFlusher> some, AppendCommand command) {
    return some.get(Math.floorMod(command.append().turn().session().hashCode(), some.size()));
  }

  private void fail(AppendCommand command, JedisException e) {
    StoreUnavailableException why = RedisFaults.unavailable("append", e);
    meters.failed(why);
    command.answer().completeExceptionally(why);
  }

  /** All there are now. */
  List<AppendFlusher> all() {
    return only != null ? only : byNode.values().stream().flatMap(List::stream).toList();
  }

  /** No more appends; what waits is still sent, for a bounded time, then fails. */
  @Override
  public void close() {
    closed = true;
    all().forEach(AppendFlusher::close);
  }

  /** Ends those whose server has no slots any more; may wait for them. */
  void retire(Set<HostAndPort> masters) {
    Set<HostAndPort> gone = new HashSet<>(byNode.keySet());
    gone.removeAll(masters);
    for (HostAndPort node : gone) {
      List<AppendFlusher> retired = byNode.remove(node);
      if (retired != null) {
        retired.forEach(AppendFlusher::close);
      }
    }
  }

  private final class ToMaster implements AppendRoute {
    @Override
    public HostAndPort node() {
      return connections.nodes().holder("");
    }

    @Override
    public void lost() {
      connections.nodes().doubt();
    }

    @Override
    public void redirect(AppendCommand command, JedisRedirectionException to) {
      fail(command, to); // a cluster's node where none is configured
    }
  }

  private final class ToNode implements AppendRoute {
    private final HostAndPort node;

    ToNode(HostAndPort node) {
      this.node = node;
    }

    @Override
    public HostAndPort node() {
      return node;
    }

    @Override
    public void lost() {
      connections.nodes().doubt();
    }

    @Override
    public void redirect(AppendCommand command, JedisRedirectionException to) {
      boolean asks = to instanceof JedisAskDataException;
      if (!asks) {
        connections.nodes().learn(to);
      }
      HostAndPort target = to.getTargetNode();
      try {
        put(
            target.getHost().isEmpty() ? new HostAndPort(node.getHost(), target.getPort()) : target,
            command.redirected(asks));
      } catch (JedisException e) {
        fail(command, e);
      }
    }
  }
}
