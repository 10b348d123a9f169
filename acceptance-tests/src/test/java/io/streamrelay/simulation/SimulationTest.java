package io.streamrelay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.LoggerFactory;

/** Runs seeds: {@code -Dseeds=2000 [-Dfrom=1000]} that many, {@code -Dseed=17} one with every step printed. */
class SimulationTest {
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
  void seeds_violateNothing() throws InterruptedException {
    long from = Long.getLong("from", 1);
    long seeds = System.getProperty("seed") == null ? Long.getLong("seeds", 200) : 0;
    Map<Long, Map<String, Integer>> red = java.util.Collections.synchronizedMap(new TreeMap<>());
    long begin = System.nanoTime();

    try (ExecutorService runs = Executors.newFixedThreadPool(2)) {
      for (long seed = from; seed < from + seeds; seed++) {
        long each = seed;
        runs.execute(() -> {
          Map<String, Integer> violations = run(each);
          if (!violations.isEmpty()) {
            red.put(each, violations);
          }
        });
      }
      runs.shutdown();
      assertThat(runs.awaitTermination(1, TimeUnit.DAYS)).isTrue();
    }

    System.out.printf("simulation: %d seeds in %.1f s, %d red%n", seeds, (System.nanoTime() - begin) / 1e9, red.size());
    red.forEach((seed, violations) -> System.out.println("  replay by -Dseed=" + seed + ": " + violations));
    assertThat(red).isEmpty();
  }

  private static Map<String, Integer> run(long seed) {
    try {
      return Simulation.run(seed);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return Map.of("simulation failed: " + e, 1);
    }
  }

  @Test
  void oneSeed_isTheSameRunEachTime() {
    StringBuilder lines = new StringBuilder();

    String first = Simulation.trace(7, line -> lines.append(line).append('\n'));
    String second = Simulation.trace(7, line -> {});

    assertThat(second).isEqualTo(first);
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
