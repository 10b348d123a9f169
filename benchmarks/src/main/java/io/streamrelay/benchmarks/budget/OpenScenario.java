package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.time.Duration;
import java.util.List;

/** Many slow streams open at once. */
final class OpenScenario implements Scenario {
  private static final int PER_SECOND = 100;
  private static final int HOLD_SECONDS = 5;

  @Override
  public String name() {
    return "open";
  }

  @Override
  public String what() {
    return "memory per open stream, one token per second each (--open)";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    int open = bed.settings().open();
    Relay relay = bed.relay();
    int tokens = open / PER_SECOND + HOLD_SECONDS;
    Plan plan =
        relay
            .plan()
            .arriving(open, PER_SECOND)
            .saying(tokens, Duration.ofSeconds(1), Duration.ofMillis(200));
    Report report = Sound.whole(new Measurement(plan, bed.progress()).ofRelay());
    return List.of(
        Measured.atMost(
                "memory per open stream, %d open, all processes".formatted(report.mostOpen()),
                "KB",
                150.0,
                40.0,
                report.kibPerStream().getOrDefault("all", Double.NaN) * 1.024)
            .beside(
                "the stamped provider itself",
                report.kibPerStream().getOrDefault("-provider", Double.NaN) * 1.024));
  }
}
