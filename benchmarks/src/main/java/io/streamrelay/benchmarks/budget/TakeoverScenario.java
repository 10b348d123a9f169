package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A worker is killed in the middle of many turns; another one says them anew. */
final class TakeoverScenario implements Scenario {
  private static final int TURNS = 60;
  private static final int PER_SECOND = 20;
  private static final int TOKENS = 300;
  private static final int UNTIL_KILL_MILLIS = 6_000;

  @Override
  public String name() {
    return "takeover";
  }

  @Override
  public String what() {
    return "worker SIGKILL → next token at the reader, 60 turns on two workers";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Relay relay = bed.relay(2, Map.of());
    Plan plan =
        relay
            .plan()
            .arriving(TURNS, PER_SECOND)
            .saying(TOKENS, Duration.ofMillis(40), Duration.ofMillis(200));
    Thread killer = Thread.ofVirtual().start(() -> kill(relay));
    Report report = Sound.whole(new Measurement(plan, bed.progress()).ofRelay());
    killer.join();
    bed.endRelay();
    Report.Millis silence = report.takeover();
    if (silence == null) {
      throw new IllegalStateException("The killed worker had no turns.");
    }
    String lost = "provider asked directly: a killed client's answer is lost";
    return List.of(
        Measured.atMost(
                "worker SIGKILL → next token at the reader, p50 of %d turns"
                    .formatted(report.takeovers()),
                "s",
                null,
                3.5,
                silence.p50() / 1000)
            .beside(lost),
        Measured.atMost(
                "worker SIGKILL → next token at the reader, p99",
                "s",
                10.0,
                5.0,
                silence.p99() / 1000)
            .beside(lost));
  }

  private static void kill(Relay relay) {
    try {
      Thread.sleep(UNTIL_KILL_MILLIS);
      relay.process("worker-1").kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
