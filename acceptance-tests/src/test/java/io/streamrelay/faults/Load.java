package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.benchmarks.prove.Course;
import io.streamrelay.benchmarks.prove.HistoryFile;
import io.streamrelay.benchmarks.prove.ProofPlan;
import io.streamrelay.benchmarks.prove.ProofReport;
import io.streamrelay.benchmarks.prove.Prover;
import io.streamrelay.benchmarks.prove.TurnEvidence;
import io.streamrelay.benchmarks.prove.TurnScript;
import io.streamrelay.benchmarks.prove.Violation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Turns that run and are read while something happens to the system, by the prover: live readers,
 * some that drop at random bytes, two devices, late ones, ones after the end. {@link #await} checks
 * all that they saw and all that is stored. Used by one thread.
 */
final class Load {
  /** After the last turn began. */
  private static final Duration MOST = Duration.ofMinutes(15);

  private final FaultySystem system;
  private final Scenario scenario;
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<ProofReport> run = new CompletableFuture<>();

  /** What is kept of a turn. */
  private record Seen(String turn, String question, String model, List<Duration> takeovers) {
    static Seen of(TurnEvidence evidence) {
      TurnScript script = evidence.script();
      return new Seen(
          evidence.turn(),
          script.question(evidence.session()),
          script.model(),
          evidence.takeovers());
    }
  }

  private Load(FaultySystem system, Scenario scenario) {
    this.system = system;
    this.scenario = scenario;
  }

  static Load begin(FaultySystem system, Scenario scenario) {
    return begin(system, scenario, system.urls());
  }

  /**
   * @param urls of the gateways, or of ways to them
   */
  static Load begin(FaultySystem system, Scenario scenario, List<URI> urls) {
    Load load = new Load(system, scenario);
    ProofPlan plan = scenario.plan(urls);
    HistoryFile histories = new HistoryFile(scenario.folder().resolve("histories.jsonl"));
    Course course =
        new Course() {
          @Override
          public TurnScript script(ProofPlan ofPlan, int number) {
            return scenario.script(ofPlan, number);
          }

          @Override
          public void over(TurnEvidence evidence, List<Violation> violations) throws IOException {
            if (scenario.time() == null || !violations.isEmpty()) {
              histories.write(evidence, violations);
            }
            load.seen.add(Seen.of(evidence));
          }
        };
    Prover prover = new Prover(plan, new PrintStream(OutputStream.nullOutputStream()), course);
    Thread.ofPlatform().daemon().name("load").start(() -> load.run(prover));
    return load;
  }

  private void run(Prover prover) {
    try {
      run.complete(prover.run());
    } catch (Throwable e) {
      run.completeExceptionally(e);
    }
  }

  /**
   * What came of it.
   *
   * @param report of the prover: every promise to readers was kept
   * @param turns as they are stored
   * @param takeovers how long each took, from a token to the next attempt's first
   */
  record Outcome(ProofReport report, List<StoredTurn> turns, List<Duration> takeovers) {
    /** Turns that had more than one attempt. */
    List<StoredTurn> takenOver() {
      return turns.stream().filter(turn -> turn.attempts() > 1).toList();
    }
  }

  boolean isOver() {
    return run.isDone();
  }

  /**
   * Blocks until all turns are over, and checks everything: what readers saw, what is stored, what
   * is left over.
   */
  Outcome await() throws Exception {
    Outcome outcome = awaitWhatever();
    assertThat(outcome.report().refused()).as("refused: %s", outcome.report().reasons()).isZero();
    assertThat(outcome.turns()).hasSize(scenario.count());
    assertThat(outcome.turns()).allMatch(turn -> turn.status().equals("ended"));
    return outcome;
  }

  /** The same for turns of which some may be refused, cancelled or failed. */
  Outcome awaitWhatever() throws Exception {
    Duration beginning = scenario.time() == null ? Duration.ZERO : scenario.time();
    ProofReport report = run.get(beginning.plus(MOST).toSeconds(), TimeUnit.SECONDS);
    List<String> violations = new ArrayList<>(report.violations());
    List<String> leftovers = new Stores(system).leftovers();
    violations.addAll(leftovers);
    List<StoredTurn> turns = new ArrayList<>();
    List<Duration> takeovers = new ArrayList<>();
    Stores stores = new Stores(system);
    for (Seen one : seen) {
      StoredTurn turn = stores.read(one.turn(), one.question(), one.model());
      turns.add(turn);
      violations.addAll(StoreCheck.of(turn, scenario.streamMayBeLost()));
      takeovers.addAll(one.takeovers());
    }
    assertThat(violations)
        .as("%s, -Dseed=%d, see %s", scenario.name(), scenario.seed(), scenario.folder())
        .isEmpty();
    return new Outcome(report, turns, takeovers);
  }
}
