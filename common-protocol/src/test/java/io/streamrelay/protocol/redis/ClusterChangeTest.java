package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.Turns;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Slots move and nodes die while a writer writes and a reader reads. */
class ClusterChangeTest {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static int slot(SessionKey session) {
    return JedisClusterCRC16.getSlot(session.stream());
  }

  @Test
  void movedSlot_isFollowedByWriterAndReader() throws Exception {
    SessionKey session = Turns.session();
    try (TopologyChange change = new TopologyChange(TestRedis.connect(cluster), session)) {
      int from = cluster.holder(slot(session));
      int to = (from + 1) % 3;

      cluster.beginMove(slot(session), from, to);
      int asked = change.writer.acknowledged();
      await().until(() -> change.writer.acknowledged() > asked + 20); // by ASK
      cluster.endMove(slot(session), from, to);
      change.awaitInterruptions(1);
      change.awaitProgress(Duration.ofSeconds(15));

      assertThat(change.writer.repairs()).isZero();
      change.endsWhole();
      cluster.beginMove(slot(session), to, from);
      cluster.endMove(slot(session), to, from);
    }
  }

  @Test
  void deadNode_isReplacedByItsReplica() throws Exception {
    SessionKey session =
        Stream.generate(Turns::session)
            .filter(each -> cluster.holder(slot(each)) == 0)
            .findFirst()
            .orElseThrow();
    int replica = cluster.addReplica(0);
    try (TopologyChange change = new TopologyChange(TestRedis.connect(cluster), session)) {
      cluster.servers().get(0).kill();
      change.awaitInterruptions(1);
      change.awaitProgress(Duration.ofSeconds(20));

      assertThat(cluster.holder(slot(session))).isEqualTo(replica);
      change.endsWhole();
    }
  }

  @Test
  void connections_areBoundedForEachNode() throws Exception {
    try (TopologyChange change = new TopologyChange(TestRedis.connect(cluster), Turns.session())) {
      int server = cluster.holder(0) == 0 ? 1 : 2;
      try (Jedis jedis = new Jedis("127.0.0.1", cluster.servers().get(server).port())) {
        long ours = jedis.clientList().lines().filter(line -> line.contains("name=relay")).count();
        assertThat(ours).isBetween(6L, 16L);
      }
      change.endsWhole();
    }
  }

  @Test
  void singlePlaceThatIsANode_isSaid() {
    HostAndPort node = new HostAndPort("127.0.0.1", cluster.servers().get(1).port());

    assertThat(verdict(new RedisPlace.Single(node))).contains("is a node of a cluster");
  }

  @Test
  void clusterPlaceThatIsNone_isSaid() {
    HostAndPort single = new HostAndPort("127.0.0.1", TestRedis.port());

    assertThat(verdict(new RedisPlace.Cluster(List.of(single))))
        .contains("is not a node of a cluster");
  }

  private static String verdict(RedisPlace place) {
    try (RedisConnections redis = TestRedis.connect(place)) {
      return ((Verdict.NotMet) new RedisRequirements(redis, new SimpleMeterRegistry()).check())
          .why();
    }
  }
}
