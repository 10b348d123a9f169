package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.Dialect;
import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Progress;
import io.streamrelay.benchmarks.load.UnfitException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan's turns, once: an open model, in which a turn begins when it is due however slow the
 * others are, up to the plan's bound of turns at once. Used by one thread.
 */
public final class Prover {
  private final ProofPlan plan;
  private final PrintStream progress;
  private final Course course;
  private final ProofTally tally = new ProofTally();
  private final Sessions sessions = new Sessions("prove-" + UUID.randomUUID());
  private final Findings findings;
  private final AtomicLong youngestEnded = new AtomicLong(Long.MIN_VALUE); // by when it began
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

  public Prover(ProofPlan plan, PrintStream progress) {
    this(plan, progress, Course.ANYTHING);
  }

  /**
   * @param course decides what the turns are, in place of the prover
   */
  public Prover(ProofPlan plan, PrintStream progress, Course course) {
    this.plan = plan;
    this.progress = progress;
    this.course = course;
    this.findings = new Findings(plan.histories());
  }

  /**
   * Sees with one short turn at each gateway whether this can be proved at all. Throws {@link
   * UnfitException} with a sentence for the user.
   */
  public void tryOut() throws InterruptedException {
    Measurement.tryOut(
        new Plan(
            plan.gateways(),
            Dialect.SSE,
            null,
            1,
            1,
            0,
            2,
            Duration.ZERO,
            Duration.ZERO,
            plan.model() + "-stamp",
            plan.timeout(),
            Map.of(),
            null,
            plan.key()));
  }

  /**
   * Blocks until all turns are over and checked.
   *
   * @throws IllegalStateException if the prover itself broke
   */
  public ProofReport run() throws InterruptedException {
    long began = System.nanoTime();
    try (Gateways gateways = new Gateways(plan);
        Progress shown = new Progress("prove: " + plan, () -> line(began), progress)) {
      runTurns(gateways, began);
    }
    Throwable broke = fault.get();
    if (broke != null) {
      throw new IllegalStateException("The prover itself broke: " + broke, broke);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return ProofReport.of(plan, tally, findings, sessions.made(), seconds);
  }

  private void runTurns(Gateways gateways, long began) throws InterruptedException {
    Semaphore places = new Semaphore(plan.atOnce());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (@Nullable Killer killer = killer(gateways)) {
        beginTurns(gateways, began, places, threads);
      }
      places.acquire(plan.atOnce()); // an executor that closes takes no readers any more
    }
  }

  /** Kills as long as turns begin: what runs at the end is to end. */
  private @Nullable Killer killer(Gateways gateways) {
    Victim victim = plan.victim();
    if (victim == null) {
      return null;
    }
    List<URI> probes = victim.probes().stream().filter(gateways::serves).toList();
    return new Killer(
        victim,
        plan.killEvery(),
        new SplittableRandom(plan.seed()),
        since ->
            youngestEnded.get() > since
                && gateways.allServe()
                && probes.stream().allMatch(gateways::serves),
        tally);
  }

  private void beginTurns(Gateways gateways, long began, Semaphore places, ExecutorService threads)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(plan.seed());
    for (int number = 0; plan.has(number) && fault.get() == null; number++) {
      long due = began + plan.due(number).toNanos();
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      places.acquire();
      TurnScript script = course.script(plan, number);
      Session session = sessions.take(random);
      threads.execute(() -> {
        try {
          prove(new ProvedTurn(plan, script, session, gateways, tally, threads));
          sessions.give(session);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (ExecutionException | IOException | RuntimeException e) {
          fault.compareAndSet(null, e);
        } finally {
          places.release();
        }
      });
    }
  }

  private void prove(ProvedTurn turn) throws InterruptedException, ExecutionException, IOException {
    TurnEvidence evidence = turn.call();
    if (evidence == null) {
      return;
    }
    List<Violation> violations = TurnCheck.of(evidence);
    findings.add(evidence, violations);
    course.over(evidence, violations);
    youngestEnded.accumulateAndGet(turn.begunNanos(), Math::max);
    evidence.takeovers().forEach(tally::takenOver);
    tally.ended(
        evidence.resource().path("status").asString("unknown"),
        evidence.resource().path("failure").path("code").asString(null));
  }

  private String line(long began) {
    return "%s %d turns over, %d connections open, %d drops, %d resumes, %d kills, %d refused, %d violations  "
        .formatted(
            Progress.bar(plan.done(tally.over(), Duration.ofNanos(System.nanoTime() - began))),
            tally.over(),
            tally.open.sum(),
            tally.drops.sum(),
            tally.resumes.sum(),
            tally.kills.sum(),
            tally.refused.sum(),
            findings.all());
  }
}
