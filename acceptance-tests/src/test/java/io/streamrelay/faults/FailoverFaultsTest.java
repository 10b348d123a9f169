package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.redis.TestSentinels;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A replica takes Redis' place, and has not all that was acknowledged. */
@Tag("faults")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FailoverFaultsTest {
  private static final int FAILOVERS = 20;

  @Test
  @Tag("F18")
  void acknowledgedWritesThatAreLost_areWrittenAgain() throws Exception {
    RedisPlace.Replicated place = new RedisPlace.Replicated();
    try (FaultySystem system = FaultySystem.start("failover", 2, 2, Map.of(), place)) {
      Scenario scenario =
          Scenario.of("F18-failover-with-loss", 0, 6)
              .arriving(2, Duration.ofSeconds(5 * FAILOVERS))
              .losingTheStream();
      SplittableRandom random = scenario.random();
      Load load = Load.begin(system, scenario);
      long lost = 0;
      int failovers = 0;
      for (; failovers < FAILOVERS && !load.isOver(); failovers++) {
        Thread.sleep(random.nextInt(1000, 3000)); // when servers die; not a condition of the test
        lost += place.failOver(Duration.ofMillis(random.nextInt(100, 500)));
        system.nodes().forEach(node -> node.redis().to(place.server().port()));
        place.standBy();
      }

      Load.Outcome outcome = load.await();

      assertThat(lost).isPositive();
      Figures.tell(
          "F18",
          "%d failovers, %d turns: acknowledged bytes lost by Redis, text lost"
              .formatted(failovers, outcome.turns().size()),
          lost + ", 0",
          "0 text",
          true);
    }
  }

  @Test
  @Tag("F19")
  void masterTakenForDead_comesBackAndIsNotListenedTo() throws Exception {
    TestSentinels servers = TestSentinels.start();
    try (FaultySystem system =
        FaultySystem.start("sentinel", 2, 2, Map.of(), new RedisPlace.Sentinels(servers))) {
      Load load = Load.begin(system, Scenario.of("F19-sentinel", 30, 14));
      system.progress().awaitSpeaking(28);
      EmbeddedRedis master = servers.master();
      EmbeddedRedis other = servers.other();

      Signals.send("STOP", master.pid());
      Duration flows = awaitWritten(other);
      Thread.sleep(2000); // the old master is away for a while longer
      Signals.send("CONT", master.pid());

      Load.Outcome outcome = load.await();
      Figures.within(
          "F19", "master stopped to tokens flow, by Sentinel", flows, Duration.ofSeconds(4));
      Figures.tell(
          "F19",
          "attempts begun anew, of %d turns".formatted(outcome.turns().size()),
          Integer.toString(outcome.takenOver().size()),
          null,
          true);
    }
  }

  /** How long it takes until somebody writes to that server. */
  private static Duration awaitWritten(EmbeddedRedis server) {
    long began = System.nanoTime();
    long before = entries(server);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .ignoreException(JedisConnectionException.class) // who is made master hangs up on everybody
        .until(() -> entries(server) > before);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static long entries(EmbeddedRedis server) {
    try (Jedis jedis = new Jedis(server.host(), server.port())) {
      return jedis.keys("{user:*").stream().mapToLong(jedis::xlen).sum();
    }
  }
}
