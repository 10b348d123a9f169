package io.streamrelay.protocol.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What Redis says of itself; of a cluster's masters together.
 *
 * @param memoryUsed bytes, of the fullest master
 * @param memoryMax its limit in bytes; 0: none
 * @param clients connected to all masters
 * @param cpuSeconds all masters have used since they began
 * @param evicting whether one of them may throw data away that is wanted
 */
public record RedisFigures(
    long memoryUsed, long memoryMax, long clients, double cpuSeconds, boolean evicting) {

  /**
   * Asks each master over the connections there are, in bounded time. Throws {@link
   * io.streamrelay.protocol.session.StoreUnavailableException} if one doesn't answer.
   *
   * @return null where INFO isn't permitted
   */
  public static @Nullable RedisFigures of(RedisConnections connections) {
    List<String> said = connections.calling("ask for figures", () -> infos(connections));
    return said.stream().map(RedisFigures::read).reduce(RedisFigures::and).orElse(null);
  }

  /** Empty where one of them doesn't tell. */
  private static List<String> infos(RedisConnections connections) {
    List<String> infos = new ArrayList<>();
    try {
      if (connections.nodes().sharded()) {
        for (HostAndPort node : connections.nodes().masters()) {
          infos.add(info(connections, node));
        }
      } else {
        infos.add(info(connections, null));
      }
      return infos;
    } catch (JedisDataException e) {
      if (RedisFaults.says(e, "NOPERM")) {
        return List.of();
      }
      throw e;
    }
  }

  private static String info(RedisConnections connections, @Nullable HostAndPort node) {
    try (Connection connection = connections.borrow(node)) {
      connection.sendCommand(Command.INFO, "memory", "clients", "cpu");
      return connection.getBulkReply();
    }
  }

  private static RedisFigures read(String info) {
    return new RedisFigures(
        (long) number(info, "used_memory"),
        (long) number(info, "maxmemory"),
        (long) number(info, "connected_clients"),
        number(info, "used_cpu_sys") + number(info, "used_cpu_user"),
        !RedisInfo.value(info, "maxmemory_policy", "noeviction").equals("noeviction"));
  }

  private static double number(String info, String name) {
    try {
      return Double.parseDouble(RedisInfo.value(info, name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private RedisFigures and(RedisFigures other) {
    RedisFigures fullest = share() >= other.share() ? this : other;
    return new RedisFigures(
        fullest.memoryUsed,
        fullest.memoryMax,
        clients + other.clients,
        cpuSeconds + other.cpuSeconds,
        evicting || other.evicting);
  }

  /** How full it is; without a limit, by bytes, fuller than nothing. */
  private double share() {
    return memoryMax == 0 ? memoryUsed / (double) Long.MAX_VALUE : memoryUsed / (double) memoryMax;
  }
}
