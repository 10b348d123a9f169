package io.streamrelay.protocol.redis;

import static org.awaitility.Awaitility.await;

import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** Three masters on loopback ports that share the slots, and what can become of them. */
public final class TestCluster implements AutoCloseable {
  private static final Duration NODE_TIMEOUT = Duration.ofSeconds(1);
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;

  private final List<EmbeddedRedis> servers = new ArrayList<>();

  private TestCluster() {}

  /** Starts it and waits until all nodes agree. */
  public static TestCluster start() {
    return start(Map::of);
  }

  /**
   * Starts it and waits until all nodes agree.
   *
   * @param config gives settings of redis.conf, for each server anew
   */
  public static TestCluster start(Supplier<Map<String, String>> config) {
    TestCluster cluster = new TestCluster();
    for (int number = 0; number < MASTERS; number++) {
      cluster.add(config.get());
    }
    for (int number = 0; number < MASTERS; number++) {
      int first = SLOTS * number / MASTERS;
      int last = SLOTS * (number + 1) / MASTERS - 1;
      cluster.say(number, "ADDSLOTSRANGE", Integer.toString(first), Integer.toString(last));
      cluster.say(number, "SET-CONFIG-EPOCH", Integer.toString(number + 1));
      cluster.meet(number);
    }
    cluster.awaitOk();
    return cluster;
  }

  private void add(Map<String, String> config) {
    EmbeddedRedis.Builder builder = EmbeddedRedis.builder().cluster(NODE_TIMEOUT);
    config.forEach(builder::config);
    servers.add(builder.start());
  }

  private void meet(int number) {
    if (number > 0) {
      say(
          number,
          "MEET",
          "127.0.0.1",
          Integer.toString(servers.getFirst().port()),
          busPort(servers.getFirst()));
    }
  }

  private static String busPort(EmbeddedRedis server) {
    try (Jedis jedis = new Jedis(server.host(), server.port())) {
      return jedis.configGet("cluster-port").get("cluster-port");
    }
  }

  private void awaitOk() {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            IntStream.range(0, servers.size())
                .allMatch(number -> {
                  String info = text(say(number, "INFO"));
                  return info.contains("cluster_state:ok")
                      && info.contains("cluster_known_nodes:" + servers.size());
                }));
  }

  /** {@code host:port} of each, separated by commas. */
  public String nodes() {
    return servers.stream()
        .map(server -> server.host() + ":" + server.port())
        .collect(Collectors.joining(","));
  }

  public List<EmbeddedRedis> servers() {
    return servers;
  }

  /** Adds a replica of that server and waits until it has its data; returns its number. */
  public int addReplica(int of) {
    int replica = servers.size();
    add(Map.of());
    meet(replica);
    await().atMost(Duration.ofSeconds(20)).until(() -> knows(replica, id(of)));
    say(replica, "REPLICATE", id(of));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          try (Jedis jedis = jedis(replica)) {
            return jedis.info("replication").contains("master_link_status:up");
          }
        });
    awaitOk();
    return replica;
  }

  private boolean knows(int server, String id) {
    return text(say(server, "NODES")).contains(id);
  }

  /** Moves a slot with its keys, as an operator's resharding does, in two halves. */
  public void beginMove(int slot, int from, int to) {
    say(to, "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
    say(from, "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
    try (Jedis jedis = jedis(from)) {
      for (String key : jedis.clusterGetKeysInSlot(slot, 1000)) {
        jedis.migrate("127.0.0.1", servers.get(to).port(), key, 0, 5000);
      }
    }
  }

  /** The second half: from now on the slot is the other's. */
  public void endMove(int slot, int from, int to) {
    for (int number : new int[] {to, from}) {
      say(number, "SETSLOT", Integer.toString(slot), "NODE", id(to));
    }
  }

  /** The number of the server that has a slot, as the first server says that runs. */
  public int holder(int slot) {
    try (RawConnection connection =
        TestRedis.access().connect(running(), "test", Duration.ofSeconds(2))) {
      connection.sendCommand(Command.CLUSTER, "SLOTS");
      for (Object each : (List<?>) connection.getOne()) {
        List<?> range = (List<?>) each;
        if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
          long port = (Long) ((List<?>) range.get(2)).get(1);
          return IntStream.range(0, servers.size())
              .filter(number -> servers.get(number).port() == port)
              .findFirst()
              .orElseThrow();
        }
      }
    }
    return -1;
  }

  private HostAndPort running() {
    EmbeddedRedis server =
        servers.stream().filter(EmbeddedRedis::isRunning).findFirst().orElseThrow();
    return new HostAndPort(server.host(), server.port());
  }

  private String id(int server) {
    return text(say(server, "MYID"));
  }

  private Jedis jedis(int server) {
    return new Jedis(servers.get(server).host(), servers.get(server).port());
  }

  private Object say(int server, String... words) {
    try (Connection connection =
        new Connection(servers.get(server).host(), servers.get(server).port())) {
      connection.sendCommand(Command.CLUSTER, words);
      return connection.getOne();
    }
  }

  private static String text(Object answer) {
    return answer instanceof byte[] bytes ? new String(bytes) : String.valueOf(answer);
  }

  @Override
  public void close() {
    servers.forEach(EmbeddedRedis::close);
  }
}
