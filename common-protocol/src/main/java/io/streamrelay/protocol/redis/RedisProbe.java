package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Asks each master what an operator would ask it, as the user we are. Thread-safe. */
public final class RedisProbe {
  private final RedisConnections connections;

  public RedisProbe(RedisConnections connections) {
    this.connections = connections;
  }

  /** What a command came to. */
  public sealed interface Answer {
    /**
     * @param value Long, String, List of such, or null
     */
    record Said(@Nullable Object value) implements Answer {}

    /**
     * @param error in Redis' words, such as {@code NOPERM …}
     */
    record Refused(String error) implements Answer {
      /** Whether this user may not do that. */
      public boolean denied() {
        return error.startsWith("NOPERM");
      }
    }
  }

  /** Whether it is a cluster. */
  public boolean sharded() {
    return connections.nodes().sharded();
  }

  /** Whether a sentinel says who the master is. */
  public boolean watched() {
    return connections.place() instanceof RedisPlace.Sentinels;
  }

  /** Whether connections are by TLS. */
  public boolean tls() {
    return connections.access().tls() != null;
  }

  /** As whom we ask. */
  public String user() {
    String user = connections.access().user();
    return user == null ? "default" : user;
  }

  /**
   * Connects to each master, in bounded time; to be closed. Throws {@link
   * StoreUnavailableException}, with a sentence for the operator.
   */
  public List<Server> masters() {
    List<Server> servers = new ArrayList<>();
    try {
      for (HostAndPort node : connections.nodes().masters()) {
        servers.add(open(node));
      }
      return servers;
    } catch (JedisException e) {
      servers.forEach(Server::close);
      throw unavailable(e);
    }
  }

  /** Another connection to that server. */
  public Server again(Server server) {
    try {
      return open(server.node);
    } catch (JedisException e) {
      throw unavailable(e);
    }
  }

  private Server open(HostAndPort node) {
    Duration timeout = connections.timeout();
    return new Server(node, connections.connect(node, "relay-doctor", timeout));
  }

  /** Asks the master that has the key. */
  public Answer ask(String key, String command, String... arguments) {
    try {
      return new Answer.Said(
          decoded(connections.following(key, Command.valueOf(command), arguments)));
    } catch (JedisDataException e) {
      return new Answer.Refused(RedisFaults.reason(e));
    } catch (JedisException e) {
      throw unavailable(e);
    }
  }

  private StoreUnavailableException unavailable(JedisException e) {
    return new StoreUnavailableException(
        "Redis (" + connections + ") doesn't answer: " + RedisFaults.reason(e), e);
  }

  private static @Nullable Object decoded(@Nullable Object value) {
    return switch (value) {
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case List<?> list -> {
        List<@Nullable Object> all = new ArrayList<>();
        list.forEach(each -> all.add(decoded(each)));
        yield all;
      }
      case null -> null;
      default -> value;
    };
  }

  /** A connection to one master. Not thread-safe. */
  public final class Server implements AutoCloseable {
    private final HostAndPort node;
    private final RawConnection connection;

    private Server(HostAndPort node, RawConnection connection) {
      this.node = node;
      this.connection = connection;
    }

    /** {@code host:port}. */
    public String address() {
      return node.toString();
    }

    /** Whether it is reached by an address that only this machine or a private network has. */
    public boolean near() {
      try {
        InetAddress address = InetAddress.getByName(node.getHost());
        return address.isLoopbackAddress()
            || address.isSiteLocalAddress()
            || address.isLinkLocalAddress()
            || address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
      } catch (UnknownHostException e) {
        return false;
      }
    }

    /** Throws {@link StoreUnavailableException} if it doesn't answer in time. */
    public Answer ask(String command, String... arguments) {
      ProtocolCommand raw = () -> command.getBytes(StandardCharsets.UTF_8);
      try {
        connection.sendCommand(raw, arguments);
        connection.send();
        return new Answer.Said(decoded(connection.read()));
      } catch (JedisDataException e) {
        return new Answer.Refused(RedisFaults.reason(e));
      } catch (JedisException e) {
        throw unavailable(e);
      }
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
