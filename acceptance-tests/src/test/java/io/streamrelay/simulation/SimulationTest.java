package io.streamrelay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Runs seeds: {@code -Dseeds=2000} that many, from {@code -Dfrom=1000} on, with faults {@code
 * -Dboost=4} times as often; {@code -Dseed=17} one, with every step printed.
 */
class SimulationTest {
  private static final int SEEDS_UNTIL_A_MISSING_RULE_SHOWS = 150;

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.streamrelay");

  @BeforeEach
  void keepQuiet() {
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void speakAgain() {
    logger.setLevel(null);
  }

  @Test
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void seeds_violateNothing() {
    long from = Long.getLong("from", 1);
    long seeds = Long.getLong("seeds", 600);
    long begin = System.nanoTime();

    Map<Long, Map<String, Integer>> red = new TreeMap<>();
    for (long seed = from; seed < from + seeds; seed++) {
      Map<String, Integer> violations = Simulation.run(seed);
      if (!violations.isEmpty()) {
        red.put(seed, violations);
        System.out.println("violated, replay by -Dseed=" + seed + ": " + violations);
      }
    }

    System.out.printf(
        "simulation: %d seeds in %.1f s, %d red%n",
        seeds, (System.nanoTime() - begin) / 1e9, red.size());
    assertThat(red).isEmpty();
  }

  @Test
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void connectedReaders_knowOfTheEndWithin15SecondsThoughPushesAreLost() {
    LongStream seeds = LongStream.range(0, 40);

    assertThat(seeds.mapToObj(seed -> Simulation.runWithLostPushes(seed, new Trace(null))))
        .allMatch(Map::isEmpty);
  }

  @ParameterizedTest
  @EnumSource
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void withoutARule_someSeedIsRed(Rule rule) {
    LongStream seeds = LongStream.range(0, SEEDS_UNTIL_A_MISSING_RULE_SHOWS);

    assertThat(seeds).anyMatch(seed -> !Simulation.runWithout(rule, seed).isEmpty());
  }

  @Test
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void oneSeed_isTheSameRunEachTime() {
    StringBuilder lines = new StringBuilder();
    Trace first = new Trace(line -> lines.append(line).append('\n'));
    Trace second = new Trace(line -> {});

    Simulation.run(7, first);
    Simulation.run(7, second);

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(lines).contains("redis.append").contains("CALM");
  }

  @Test
  @EnabledIfSystemProperty(named = "seed", matches = "\\d+")
  void oneSeed_printsItsSteps() {
    Trace trace = new Trace(System.out::println);

    Map<String, Integer> violations = Simulation.run(Long.getLong("seed"), trace);

    System.out.println(trace.digest());
    assertThat(violations).isEmpty();
  }
}
