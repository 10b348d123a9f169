package io.streamrelay.protocol.redis;

import static org.awaitility.Awaitility.await;

import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A master, a replica that has its data, and a sentinel that is quick to decide. */
public final class TestSentinels implements AutoCloseable {
  public static final String MASTER = "relay";

  private static final Duration DOWN_AFTER = Duration.ofMillis(500);

  private final EmbeddedRedis first = EmbeddedRedis.builder().start();
  private final EmbeddedRedis second = EmbeddedRedis.builder().replicaOf(first.port()).start();
  private final EmbeddedRedis sentinel;

  private TestSentinels() {
    await().atMost(Duration.ofSeconds(20)).until(() -> isLinked(second));
    sentinel = EmbeddedRedis.builder().sentinel(MASTER, first.port(), DOWN_AFTER).start();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          try (Jedis jedis = new Jedis(sentinel.host(), sentinel.port())) {
            return !jedis.sentinelReplicas(MASTER).isEmpty();
          }
        });
  }

  /** Starts them and waits until each knows the others. */
  public static TestSentinels start() {
    return new TestSentinels();
  }

  private static boolean isLinked(EmbeddedRedis replica) {
    return info(replica).contains("master_link_status:up");
  }

  private static String info(EmbeddedRedis server) {
    try (Jedis jedis = new Jedis(server.host(), server.port())) {
      return jedis.info("replication");
    }
  }

  /** {@code host:port} of the sentinel. */
  public String nodes() {
    return sentinel.host() + ":" + sentinel.port();
  }

  RedisPlace.Sentinels place() {
    return new RedisPlace.Sentinels(
        MASTER, List.of(new HostAndPort(sentinel.host(), sentinel.port())), null, null);
  }

  public EmbeddedRedis sentinel() {
    return sentinel;
  }

  /** Whichever the sentinel names now. */
  public EmbeddedRedis master() {
    try (Jedis jedis = new Jedis(sentinel.host(), sentinel.port())) {
      int port = Integer.parseInt(jedis.sentinelGetMasterAddrByName(MASTER).get(1));
      return first.port() == port ? first : second;
    }
  }

  public EmbeddedRedis other() {
    return master() == first ? second : first;
  }

  /** Waits until that one runs and follows the master. */
  public void awaitReplica(EmbeddedRedis replica) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> info(replica).contains("role:slave") && isLinked(replica));
  }

  /** How far that server has come with what the master writes. */
  long offset(EmbeddedRedis server) {
    return info(server)
        .lines()
        .filter(line -> line.startsWith("master_repl_offset:"))
        .mapToLong(line -> Long.parseLong(line.substring(19).strip()))
        .findFirst()
        .orElse(-1);
  }

  @Override
  public void close() {
    sentinel.close();
    second.close();
    first.close();
  }
}
