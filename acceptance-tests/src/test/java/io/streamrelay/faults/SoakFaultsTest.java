package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.benchmarks.prove.ProofReport;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything at once, for as long as {@code -Dminutes} says. */
@Tag("faults")
@Timeout(value = 24, unit = TimeUnit.HOURS)
class SoakFaultsTest {
  private static final double TURNS_A_SECOND = 4;
  private static final int MOST_PAUSE_MILLIS = 900;

  @Test
  @Tag("F43")
  void anythingAtAnyTime_losesNothing() throws Exception {
    FaultySystem system = FaultySystem.shared();
    system.heal();
    Duration time = Duration.ofSeconds((long) (60 * minutes()));
    Scenario scenario =
        Scenario.of("F43-soak", 0, 3).arriving(TURNS_A_SECOND, time).losingTheStream();
    SplittableRandom random = scenario.random();
    Load load = Load.begin(system, scenario);
    long until = System.nanoTime() + time.toNanos();

    Chaos chaos = new Chaos(system, random);
    try (chaos) {
      while (System.nanoTime() < until && !load.isOver()) {
        chaos.strike();
        Thread.sleep(random.nextInt(MOST_PAUSE_MILLIS)); // as faults come, not a condition
      }
    }

    Load.Outcome outcome = load.awaitWhatever();
    ProofReport report = outcome.report();
    System.out.println("faults: F43 " + chaos.counts() + "\n" + report.toMarkdown());
    assertThat(report.turns()).isPositive();
    Figures.tell(
        "F43",
        "turns, faults: lost, doubled, reordered, hung",
        "%d, %d: %d, %d, %d, %d"
            .formatted(
                report.turns(),
                chaos.total(),
                report.lost(),
                report.doubled(),
                report.reordered(),
                report.hung()),
        "0",
        true);
    Figures.tell(
        "F43",
        "turns that ended with an error, or were refused",
        "%d, %d".formatted(report.failed(), report.refused()),
        null,
        true);
  }

  private static double minutes() {
    return Double.parseDouble(System.getProperty("minutes", "3"));
  }
}
