package io.streamrelay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Runs seeds: {@code -Dseeds=100000} that many, from {@code -Dfrom=1000} on, with faults {@code
 * -Dboost=4} times as often; {@code -Dseed=17} one, with every step printed, in {@code
 * -Dscenario=hurry} and {@code -Dwithout=GAP} where that is what was red. {@code -Dmutations=250}
 * counts how many seeds see each rule missing.
 */
class SimulationTest {
  private static final int SEEDS_OF_A_SCENARIO = 40;
  private static final int SEEDS_UNTIL_A_MISSING_RULE_SHOWS = 300;

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
    long seeds = Long.getLong("seeds", 1000);
    long begin = System.nanoTime();

    Map<Long, Map<String, Integer>> red = new TreeMap<>();
    for (long seed = from; seed < from + seeds; seed++) {
      Map<String, Integer> violations = Simulation.run(seed, usual(seed), new Trace(null));
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

  private static Scenario usual(long seed) {
    String boost = System.getProperty("boost");
    return boost == null ? Scenario.ofSeed(seed) : Scenario.usual(Double.parseDouble(boost));
  }

  static Stream<Scenario> special() {
    return Scenario.SPECIAL.stream();
  }

  @ParameterizedTest
  @MethodSource("special")
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void seedsOfASpecialScenario_violateNothing(Scenario scenario) {
    long from = Long.getLong("from", 1);
    long seeds = Long.getLong("seeds", SEEDS_OF_A_SCENARIO * 25) / 25;

    Map<Long, Map<String, Integer>> red = new TreeMap<>();
    for (long seed = from; seed < from + seeds; seed++) {
      Map<String, Integer> violations = Simulation.run(seed, scenario, new Trace(null));
      if (!violations.isEmpty()) {
        red.put(seed, violations);
        System.out.println(
            "violated, replay by -Dseed=" + seed + " -Dscenario=" + scenario + ": " + violations);
      }
    }

    assertThat(red).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void withoutARule_someSeedIsRed(Rule rule) {
    LongStream seeds = LongStream.range(0, SEEDS_UNTIL_A_MISSING_RULE_SHOWS);

    assertThat(seeds).anyMatch(seed -> !judgedWithout(rule, seed).isEmpty());
  }

  /** What a judge found; a thread that died, or a run without end, is no proof of a rule. */
  private static List<String> judgedWithout(Rule rule, long seed) {
    return Simulation.runWithout(rule, seed, rule.scenario(), new Trace(null)).keySet().stream()
        .filter(violation -> !violation.startsWith(World.COMPLAINT))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIfSystemProperty(named = "mutations", matches = "\\d+")
  void withoutARule_soManySeedsAreRed(Rule rule) {
    int seeds = Integer.getInteger("mutations");
    Map<String, Integer> found = new LinkedHashMap<>();
    int red = 0;

    for (long seed = 0; seed < seeds; seed++) {
      List<String> violations = judgedWithout(rule, seed);
      violations.forEach(violation -> found.merge(violation, 1, Integer::sum));
      red += violations.isEmpty() ? 0 : 1;
    }

    System.out.printf(
        "| `%s` | %s | %d of %d | %s |%n", rule, rule.scenario(), red, seeds, mostFrequent(found));
    assertThat(red).isPositive();
  }

  private static String mostFrequent(Map<String, Integer> found) {
    return found.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }

  @ParameterizedTest
  @EnumSource
  void aRule_isInTheDocument(Rule rule) throws IOException {
    String document = Files.readString(Path.of("..", "docs", "simulation.md"));

    assertThat(document).contains("| `" + rule + "` |").contains("`" + rule.scenario() + "`");
  }

  @Test
  @DisabledIfSystemProperty(named = "seed", matches = "\\d+")
  void oneSeed_isTheSameRunEachTime() {
    StringBuilder lines = new StringBuilder();
    Trace first = new Trace(line -> lines.append(line).append('\n'));
    Trace second = new Trace(line -> {});

    Simulation.run(7, usual(7), first);
    Simulation.run(7, usual(7), second);

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(lines).contains("redis.append").contains("CALM").contains("EXPIRED");
  }

  @Test
  @EnabledIfSystemProperty(named = "seed", matches = "\\d+")
  void oneSeed_printsItsSteps() {
    Trace trace = new Trace(System.out::println);
    long seed = Long.getLong("seed");
    String scenario = System.getProperty("scenario");
    String without = System.getProperty("without");

    Scenario chosen = scenario == null ? usual(seed) : Scenario.special(scenario);
    Map<String, Integer> violations =
        without == null
            ? Simulation.run(seed, chosen, trace)
            : Simulation.runWithout(Rule.valueOf(without), seed, chosen, trace);

    System.out.println(trace.digest());
    assertThat(violations).isEmpty();
  }
}
