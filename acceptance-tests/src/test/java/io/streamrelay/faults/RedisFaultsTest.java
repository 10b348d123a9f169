package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.fault.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Redis dies, loses what it had, fills up, and networks do to it what they do. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RedisFaultsTest {
  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  private static Load speaking(Scenario scenario) {
    Load load = Load.begin(system, scenario);
    system.progress().awaitSpeaking(scenario.count() * 9 / 10);
    return load;
  }

  private static List<FaultProxy> ways() {
    return system.nodes().stream().map(Node::redis).toList();
  }

  private static RedisPlace.Single place() {
    return (RedisPlace.Single) system.place();
  }

  @Test
  @Tag("F15")
  void killedRedis_losesNothingOfItsFile() throws Exception {
    Load load = speaking(Scenario.of("F15-redis-killed", Size.of(30, 200), 8));

    system.redis().kill();
    system.redis().restart();
    Duration flows = system.progress().awaitGrowth();

    Load.Outcome outcome = load.await();
    Figures.within("F15", "Redis answers again to tokens flow", flows, Duration.ofMillis(2500));
    resets("F15", outcome);
  }

  @Test
  @Tag("F16")
  @Tag("faults")
  void emptyRedis_isFilledUnderTheSameIds() throws Exception {
    Load load = speaking(Scenario.of("F16-redis-empty", Size.of(30, 200), 8).losingTheStream());

    system.redis().kill();
    place().deleteFile();
    system.redis().restart();

    resets("F16", load.await());
  }

  @Test
  @Tag("F17")
  void flushedRedis_isFilledUnderTheSameIds() throws Exception {
    Load load = speaking(Scenario.of("F17-redis-flushed", Size.of(30, 200), 8).losingTheStream());

    try (Jedis jedis = system.jedis()) {
      jedis.flushAll();
    }

    resets("F17", load.await());
  }

  private static void resets(String fault, Load.Outcome outcome) {
    int resets = outcome.turns().stream().mapToInt(turn -> turn.claims() - 1).sum();
    Figures.tell(
        fault,
        "attempts begun anew, of %d turns".formatted(outcome.turns().size()),
        Integer.toString(resets),
        "0",
        resets == 0);
  }

  @Test
  @Tag("F20")
  @Tag("faults")
  void slowRedis_costsPaceAndNothingElse() throws Exception {
    Load load = speaking(Scenario.of("F20-redis-slow", Size.of(20, 50), Size.of(8.0, 60)));

    for (int millis : new int[] {50, 200, 1000}) {
      ways()
          .forEach(way -> way.delay(Duration.ofMillis(millis / 2), Duration.ofMillis(millis / 4)));
      Thread.sleep(Size.of(2000, 20_000)); // the fault lasts so long
    }
    ways().forEach(FaultProxy::pass);

    resets("F20", load.await());
  }

  @Test
  @Tag("F21")
  @Tag("faults")
  void silentRedis_isLeftAndFoundAgain() throws Exception {
    Load load = speaking(Scenario.of("F21-redis-silent", Size.of(20, 100), 10));

    ways().forEach(FaultProxy::stallThose);
    ways().forEach(FaultProxy::stall);
    Thread.sleep(Size.of(6000, 10_000)); // the fault lasts so long
    ways().forEach(FaultProxy::pass);
    Duration flows = system.progress().awaitGrowth();

    Load.Outcome outcome = load.await();
    Figures.within("F21", "network passes again to tokens flow", flows, Duration.ofSeconds(4));
    resets("F21", outcome);
  }

  @Test
  @Tag("F22")
  void lostReplies_doubleNothing() throws Exception {
    Scenario scenario = Scenario.of("F22-replies-lost", Size.of(20, 50), Size.of(6.0, 60));
    Load load = speaking(scenario);

    for (FaultProxy way : ways()) {
      way.loseReplies(0.02, scenario.seed());
    }

    resets("F22", load.await());
    long lost = ways().stream().mapToLong(FaultProxy::repliesLost).sum();
    assertThat(lost).isPositive();
    Figures.tell("F22", "replies lost, entries doubled", lost + ", 0", "0 doubled", true);
  }

  @Test
  @Tag("F23")
  @Tag("faults")
  void fullRedis_losesNothingOnceItIsFreed() throws Exception {
    Load load = speaking(Scenario.of("F23-redis-full", Size.of(20, 100), 8));

    try (Jedis jedis = system.jedis()) {
      jedis.configSet("maxmemory", "1mb");
      Thread.sleep(3000); // the fault lasts so long
      jedis.configSet("maxmemory", "0");
    }
    Duration flows = system.progress().awaitGrowth();

    resets("F23", load.await());
    Figures.within("F23", "memory freed to tokens flow", flows, Duration.ofMillis(2500));
  }

  @Test
  @Tag("F24")
  @Tag("faults")
  void cutAppendOnlyFile_isMadeWholeAgain() throws Exception {
    Load load = speaking(Scenario.of("F24-file-cut", Size.of(20, 100), 8).losingTheStream());

    system.redis().kill();
    place().cutFile(4096);
    system.redis().restart();

    resets("F24", load.await());
  }

  @Test
  @Tag("F46")
  @Tag("faults")
  void workerCutFromRedis_isReplacedAndSavesNothingTwice() throws Exception {
    Load load = speaking(Scenario.of("F46-worker-without-redis", Size.of(20, 50), 9));

    system.worker(0).redis().refuse();
    Thread.sleep(6000); // the fault lasts longer than the lease
    system.worker(0).redis().pass();

    Load.Outcome outcome = load.await();
    assertThat(outcome.takenOver()).isNotEmpty();
  }

  @Test
  @Tag("F46")
  @Tag("faults")
  void workerCutFromPostgres_keepsItsTurns() throws Exception {
    Load load = speaking(Scenario.of("F46-worker-without-postgresql", Size.of(20, 50), 5));

    system.worker(0).postgres().refuse();
    Thread.sleep(7000); // the fault lasts beyond the turns' last words
    system.worker(0).postgres().pass();

    resets("F46", load.await());
  }
}
