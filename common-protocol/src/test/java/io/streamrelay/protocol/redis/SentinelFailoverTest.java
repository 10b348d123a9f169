package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** A master dies, or is only taken for dead, while a writer writes and a reader reads. */
class SentinelFailoverTest {
  private final TestSentinels servers = TestSentinels.start();

  @AfterEach
  void stop() {
    servers.close();
  }

  private RedisConnections connect() {
    return TestRedis.connect(servers.place());
  }

  @Test
  void killedMaster_isReplacedAndLosesNothingThatWasReplicated() throws Exception {
    try (TopologyChange change = new TopologyChange(connect(), Turns.session())) {
      EmbeddedRedis killed = servers.master();
      int acknowledged = change.writer.acknowledged();
      await().until(() -> servers.offset(servers.other()) > 0);

      killed.kill();
      change.awaitInterruptions(1);
      change.awaitProgress(Duration.ofSeconds(15));

      assertThat(servers.master()).isNotSameAs(killed);
      assertThat(change.writer.acknowledged()).isGreaterThan(acknowledged);
      change.endsWhole();
    }
  }

  @Test
  void masterThatComesBack_isNotWrittenToAgain() throws Exception {
    try (TopologyChange change = new TopologyChange(connect(), Turns.session())) {
      EmbeddedRedis paused = servers.master();
      signal("STOP", paused);
      change.awaitInterruptions(1);
      change.awaitProgress(Duration.ofSeconds(15));

      signal("CONT", paused);
      servers.awaitReplica(paused);
      change.awaitProgress(Duration.ofSeconds(15));

      change.endsWhole();
      change.redis.template().opsForValue().set("{user:a:chat:after}", "written");
      await().until(() -> servers.offset(paused) == servers.offset(servers.master()));
    }
  }

  private static void signal(String name, EmbeddedRedis server) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).start().waitFor())
        .isZero();
  }

  @Test
  void unknownMasterName_isSaid() {
    RedisPlace.Sentinels place =
        new RedisPlace.Sentinels("other", servers.place().nodes(), null, null);

    assertThat(verdict(place)).contains("no master named 'other'").endsWith(".");
  }

  @Test
  void redisInPlaceOfASentinel_isSaid() {
    HostAndPort redis = new HostAndPort("127.0.0.1", servers.master().port());

    assertThat(verdict(new RedisPlace.Sentinels("relay", List.of(redis), null, null)))
        .contains("is no sentinel but a Redis");
  }

  @Test
  void replicaInPlaceOfAMaster_isSaid() {
    HostAndPort replica = new HostAndPort("127.0.0.1", servers.other().port());

    assertThat(verdict(new RedisPlace.Single(replica))).contains("is a replica");
  }

  private static String verdict(RedisPlace place) {
    try (RedisConnections redis = TestRedis.connect(place)) {
      return ((Verdict.NotMet) new RedisRequirements(redis, new SimpleMeterRegistry()).check())
          .why();
    }
  }
}
