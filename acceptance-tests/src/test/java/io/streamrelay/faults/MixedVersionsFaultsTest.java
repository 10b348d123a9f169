package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.acceptance.RelayProcess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/**
 * An older build's processes are replaced by this one's while turns run, one after the other, and
 * back again; between them workers hand turns over, die, and Redis is emptied.
 */
@Tag("faults")
@Timeout(value = 45, unit = TimeUnit.MINUTES)
class MixedVersionsFaultsTest {
  /** Before migrations 6 and 7, and before workers went on with turns whose job Redis lost. */
  private static final String SCHEMA_5 = "b9b88965043b";

  /** Of this schema. */
  private static final String SCHEMA_7 = "94fddbe65392";

  private static final int TURNS = 20;
  private static final double SECONDS = 8;
  private static final Duration TO_LEAVE = Duration.ofSeconds(60);

  /** What was asked for; else the release before, and as long as there is none, two commits. */
  static Stream<String> older() throws InterruptedException {
    String asked = System.getProperty("older", "");
    if (!asked.isEmpty()) {
      return Stream.of(asked.split(","));
    }
    String release = Build.releases().previous();
    return release != null ? Stream.of(release) : Stream.of(SCHEMA_5, SCHEMA_7);
  }

  @ParameterizedTest
  @MethodSource("older")
  @Tag("F40")
  void processesOfTwoVersions_loseNothingBetweenThem(String revision) throws Exception {
    Build older = Build.older(revision);
    // as usual, but for turns that are handed over, not ended, by workers that leave
    Map<String, String> settings = Map.of("RELAY_WORKER_GRACE", "1s");
    try (FaultySystem system = FaultySystem.start("mixed-" + older.name(), 2, 2, settings, older)) {
      long before = schema(system);
      replaceAll(system, older.name() + "-to-current", Build.CURRENT);
      Figures.tell(
          "F40", "schema of " + older.name(), before + " to " + schema(system), null, true);
      assertThat(schema(system)).isGreaterThanOrEqualTo(before);
      replaceAll(system, "current-to-" + older.name(), older);
    }
  }

  private static long schema(FaultySystem system) throws Exception {
    return system
        .progress()
        .count("SELECT max(version::integer) FROM flyway_schema_history WHERE success");
  }

  private static void replaceAll(FaultySystem system, String way, Build build) throws Exception {
    system.use(build);
    during(system, way + "-1-worker-leaves", false, () -> stopWorker(system, 0));
    during(system, way + "-2-gateway-leaves", false, () -> stopGateway(system, 0));
    during(system, way + "-3-redis-flushed", true, () -> flush(system));
    during(system, way + "-4-other-gateway-killed", false, () -> killGateway(system, 1));
    during(system, way + "-5-other-worker-killed", false, () -> killWorker(system, 1));
    during(system, way + "-6-all-replaced", false, () -> {});
  }

  private interface Step {
    void take() throws Exception;
  }

  /** Everything that was read and is stored is checked after each. */
  private static void during(FaultySystem system, String name, boolean streamLost, Step step)
      throws Exception {
    Scenario scenario = Scenario.of("F40-" + name, TURNS, SECONDS);
    Load load = Load.begin(system, streamLost ? scenario.losingTheStream() : scenario);
    system.progress().awaitSpeaking(TURNS * 9 / 10);

    step.take();

    Load.Outcome outcome = load.await();
    int begunAnew = outcome.turns().stream().mapToInt(turn -> turn.claims() - 1).sum();
    Figures.tell(
        "F40",
        "%s: turns read and checked, attempts begun anew".formatted(name),
        "%d, %d".formatted(outcome.turns().size(), begunAnew),
        null,
        true);
    system.nodes().forEach(node -> node.process().awaitReady());
  }

  private static void stopWorker(FaultySystem system, int index) throws Exception {
    stop(system.worker(index).process());
    system.replaceWorker(index).process().awaitReady();
  }

  private static void stopGateway(FaultySystem system, int index) throws Exception {
    stop(system.gateway(index).process());
    system.replaceGateway(index).process().awaitReady();
  }

  private static void stop(RelayProcess process) {
    process.terminate();
    assertThat(process.awaitExit(TO_LEAVE)).isTrue();
  }

  /** Its turns are taken over by a worker of the other version. */
  private static void killWorker(FaultySystem system, int index) throws Exception {
    system.worker(index).process().kill();
    system.progress().awaitGrowth();
    system.replaceWorker(index).process().awaitReady();
  }

  private static void killGateway(FaultySystem system, int index) throws Exception {
    system.gateway(index).process().kill();
    system.replaceGateway(index).process().awaitReady();
  }

  private static void flush(FaultySystem system) {
    try (Jedis jedis = system.jedis()) {
      jedis.flushAll();
    }
  }
}
