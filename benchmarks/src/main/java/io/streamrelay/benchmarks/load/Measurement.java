package io.streamrelay.benchmarks.load;

import java.io.PrintStream;
import java.net.URI;

/** Runs a plan, showing how far it is, and reports what it came to. */
public final class Measurement {
  private final Plan plan;
  private final PrintStream progress;

  public Measurement(Plan plan, PrintStream progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Sees with one short turn whether this can be measured at all. Throws {@link UnfitException}
   * with a sentence for the user.
   */
  public static void tryOut(Plan plan) throws InterruptedException {
    Trial.of(plan);
  }

  /** Asks the gateways; blocks until every turn has ended or the plan's patience has. */
  public Report ofRelay() throws InterruptedException {
    Dialect dialect = plan.dialect();
    return measure(
        dialect == Dialect.SSE ? "relay" : "relay by " + dialect.word(), Load::askGateways);
  }

  /**
   * Asks the provider itself for the same.
   *
   * @param provider without {@code /chat/completions}
   */
  public Report ofProvider(URI provider) throws InterruptedException {
    return measure("provider", load -> load.askProvider(provider));
  }

  private interface Work {
    void run(Load load) throws InterruptedException;
  }

  private Report measure(String label, Work work) throws InterruptedException {
    if (plan.warmUp() > 0) {
      run(label + ", warming up", plan.withStreams(plan.warmUp()), work);
    }
    return run(label, plan, work);
  }

  private Report run(String label, Plan plan, Work work) throws InterruptedException {
    Processes processes = new Processes(plan.processes());
    try (Load load = new Load(plan)) {
      LoadProgress watch = new LoadProgress(load.tally(), processes, plan.streams());
      long began = System.nanoTime();
      try (Progress shown = new Progress(label + ": " + plan, watch, progress)) {
        work.run(load);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return Report.of(label, plan, load.tally(), processes, seconds, watch.mostOpen());
    }
  }
}
