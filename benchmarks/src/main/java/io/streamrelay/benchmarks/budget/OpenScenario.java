package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.io.IOException;
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
    Heaps heaps = new Heaps(relay);
    long before = heaps.sum();
    Thread sampling = Thread.ofVirtual().start(() -> heaps.sampleAfter(open / PER_SECOND + 2));
    Report report = Sound.whole(new Measurement(plan, bed.progress()).ofRelay());
    sampling.join();
    double resident = report.kibPerStream().getOrDefault("all", Double.NaN) * 1.024;
    double live = (heaps.sampled - before) / 1000.0 / report.mostOpen();
    return List.of(
        Measured.atMost(
                "memory per open stream, %d open, all processes".formatted(report.mostOpen()),
                "KB",
                150.0,
                40.0,
                Math.max(resident, live))
            .beside("live heap of gateway and worker alone", live));
  }

  /** Of gateway and worker; not thread-safe until it was sampled. */
  private static final class Heaps {
    private final Relay relay;
    private long sampled;

    Heaps(Relay relay) {
      this.relay = relay;
    }

    long sum() throws IOException, InterruptedException {
      return LiveHeap.of(relay.process("gateway").pid())
          + LiveHeap.of(relay.process("worker-1").pid());
    }

    /** Once all streams are open. */
    void sampleAfter(int seconds) {
      try {
        Thread.sleep(Duration.ofSeconds(seconds));
        sampled = sum();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("no sample of the heaps", e);
      }
    }
  }
}
