package io.streamrelay.worker.attempt;

import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.JobState;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.TurnStore;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a claimed job to its end: claim of the turn, generation, save, close, acknowledgement. A
 * crash between any two leaves the job to its lease, and the next claimant does only what is
 * missing.
 *
 * <p>Thread-safe: each {@link #run} has its own {@link Attempt}.
 */
public final class AttemptRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);
  private static final int CLAIM_TRIES = 4;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(250);

  private final String worker;
  private final TurnStore turns;
  private final JobQueue jobs;
  private final Generating generating;
  private final Finishing finishing;
  private final LiveAttempts live;
  private final Health health;
  private final AttemptMeters meters;
  private final Time time;
  private final Supplier<String> tokens;
  private final Tracer tracer;

  /**
   * @param worker this worker's name, also its consumer name
   * @param tokens makes a name for each claim
   */
  public AttemptRunner(
      String worker,
      TurnStore turns,
      JobQueue jobs,
      Generating generating,
      Finishing finishing,
      LiveAttempts live,
      Health health,
      AttemptMeters meters,
      Time time,
      Supplier<String> tokens,
      Tracer tracer) {
    this.worker = worker;
    this.turns = turns;
    this.jobs = jobs;
    this.generating = generating;
    this.finishing = finishing;
    this.live = live;
    this.health = health;
    this.meters = meters;
    this.time = time;
    this.tokens = tokens;
    this.tracer = tracer;
  }

  /** Told of trouble with a store, so that no new work is taken on until it is over. */
  public interface Health {
    void postgresAnswered();

    void postgresAway();
  }

  /**
   * Runs the job on the calling thread; returns when it is acknowledged, or not this worker's any
   * more.
   */
  public void run(ClaimedJob job) {
    try (AttemptTrace trace = AttemptTrace.begin(tracer, worker, job.job())) {
      run(job, new Attempt(job, time.nanos(), trace));
    }
  }

  private void run(ClaimedJob job, Attempt attempt) {
    live.add(attempt);
    try {
      run(attempt);
    } catch (InterruptedException | TimeoutException e) {
      attempt.trace().outcome(why(attempt, e));
      LOG.info("turn {} left to its lease: {}", job.job().turn(), why(attempt, e));
    } catch (StoreUnavailableException e) {
      attempt.trace().outcome("store_unavailable");
      LOG.warn("turn {} left to its lease: {}", job.job().turn(), e.getMessage());
    } finally {
      live.remove(attempt);
    }
  }

  private static String why(Attempt attempt, Exception e) {
    StopReason reason = attempt.stopReason();
    return reason != null ? reason.wire() : e instanceof TimeoutException ? "deadline" : "stopped";
  }

  private void run(Attempt attempt) throws InterruptedException, TimeoutException {
    ClaimedJob job = attempt.job();
    TurnId turn = job.job().turn();
    ClaimResult result = attempt.trace().step("claim", () -> claim(attempt));
    attempt.trace().outcome(outcome(result));
    switch (result) {
      case null -> {}
      case ClaimResult.NotDue notDue -> finishing.acknowledge(attempt);
      case ClaimResult.HeldByOther duplicate -> finishing.acknowledge(attempt);
      case ClaimResult.Ended(var now, var promotion) -> {
        if (now != null) {
          finishing.tellUsedUp(job, now);
        }
        finishing.complete(attempt, turn, promotion);
      }
      case Claimed claimed -> generate(attempt, claimed);
    }
  }

  /** Until there is more to say. */
  private static String outcome(@Nullable ClaimResult result) {
    return switch (result) {
      case null -> "not_claimed";
      case ClaimResult.NotDue notDue -> "not_due";
      case ClaimResult.HeldByOther duplicate -> "held_by_other";
      case ClaimResult.Ended ended -> ended.now() == null ? "already_ended" : ended.now().wire();
      case Claimed claimed -> "claimed";
    };
  }

  private void generate(Attempt attempt, Claimed claimed)
      throws InterruptedException, TimeoutException {
    attempt.trace().claimed(claimed);
    meters.claimed(claimed.reset(), attempt.job().job().lane(), claimed.sinceSubmit());
    AttemptOutcome outcome = null;
    try {
      outcome = finish(attempt, claimed, generating.generate(attempt, claimed));
    } finally {
      measure(attempt, claimed, outcome);
      generating.release(attempt, claimed);
    }
  }

  private AttemptOutcome finish(Attempt attempt, Claimed claimed, Generating.Result result)
      throws InterruptedException {
    return switch (result) {
      case Generating.Result.Finished(var ending, var how) ->
          finishing.finish(attempt, claimed, ending, how);
      case Generating.Result.PutOff(Duration delay) -> finishing.putOff(attempt, claimed, delay);
      case Generating.Result.Again(FailureCode code) -> finishing.again(attempt, claimed, code);
      case Generating.Result.BrokenOff() -> finishing.breakOff(attempt, claimed);
      case Generating.Result.NotOurs() -> finishing.leave(attempt, claimed);
    };
  }

  /**
   * On the attempt's own thread.
   *
   * @param outcome null: it was left to its lease
   */
  private void measure(Attempt attempt, Claimed claimed, @Nullable AttemptOutcome outcome) {
    meters.over(
        outcome == null ? AttemptOutcome.of(attempt.stopReason(), AttemptOutcome.LEFT) : outcome);
    Duration firstChunk = attempt.firstChunkAfter();
    if (firstChunk != null && !claimed.reset()) {
      meters.firstChunk(claimed.sinceSubmit().plus(firstChunk), attempt.inCalls());
    }
  }

  /**
   * Null if the job is left to its lease: PostgreSQL didn't answer in a few tries, or the turn runs
   * under a job that the store lost. The worker that runs it gets this one for it; if that worker
   * is dead, the lease ends and whoever reclaims the job takes the turn.
   */
  private @Nullable ClaimResult claim(Attempt attempt) throws InterruptedException {
    JobId job = attempt.job().id();
    String token = tokens.get();
    JobId instead = null;
    for (int tries = 0; tries < CLAIM_TRIES; tries++) {
      try {
        attempt.claimedAt(time.nanos());
        ClaimResult result =
            turns.claim(
                new ClaimRequest(
                    attempt.turn(), job, worker, token, instead, attempt.trace().traceparent()));
        health.postgresAnswered();
        if (!(result instanceof ClaimResult.HeldByOther(JobId other, String holder))) {
          return result;
        }
        JobState found = jobs.state(other);
        if (found == JobState.HELD) {
          return result;
        }
        if (found == JobState.GONE && !attempt.job().reclaimed()) {
          jobs.give(job, holder);
          LOG.info("turn {}: its job was lost, {} gets another", attempt.turn(), holder);
          return null;
        }
        instead = other;
      } catch (StoreUnavailableException e) {
        LOG.debug("claim of turn {} unanswered: {}", attempt.turn(), e.getMessage());
        time.pause(RETRY_PAUSE);
      }
    }
    health.postgresAway();
    LOG.warn("turn {} left to its lease: no claim", attempt.turn());
    return null;
  }
}
