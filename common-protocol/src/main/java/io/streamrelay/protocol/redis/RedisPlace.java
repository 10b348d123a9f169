package io.streamrelay.protocol.redis;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/** Where Redis is, as the configuration says it. */
sealed interface RedisPlace {
  /** One server. */
  record Single(HostAndPort node) implements RedisPlace {
    @Override
    public String toString() {
      return node.toString();
    }
  }

  /**
   * A master that sentinels know by name, and its replicas.
   *
   * @param user the sentinels', as is the password; the master has its own
   */
  record Sentinels(
      String master, List<HostAndPort> nodes, @Nullable String user, @Nullable String password)
      implements RedisPlace {
    public Sentinels {
      nodes = checked(nodes, "spring.data.redis.sentinel.nodes");
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "master " + master + " of sentinels " + list(nodes);
    }
  }

  /**
   * A Redis Cluster.
   *
   * @param nodes some of its nodes; the others are found
   */
  record Cluster(List<HostAndPort> nodes) implements RedisPlace {
    public Cluster {
      nodes = checked(nodes, "spring.data.redis.cluster.nodes");
    }

    @Override
    public String toString() {
      return "cluster " + list(nodes);
    }
  }

  private static List<HostAndPort> checked(List<HostAndPort> nodes, String property) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException(property + " is empty: name host:port of one at least");
    }
    return List.copyOf(nodes);
  }

  private static String list(List<HostAndPort> nodes) {
    return nodes.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
  }
}
