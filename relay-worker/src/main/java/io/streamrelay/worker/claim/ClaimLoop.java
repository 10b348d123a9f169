package io.streamrelay.worker.claim;

import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.worker.attempt.AttemptRunner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes free slots, then jobs for them, new and abandoned ones in turn, and starts an attempt for
 * each. What no job was found for is given back.
 *
 * <p>Threads: one runs the loop, any may stop it.
 */
public final class ClaimLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimLoop.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** With a Redis that fails again and again, abandoned jobs are still to be found. */
  private static final Duration BETWEEN_GRACES = JobQueue.LEASE.multipliedBy(4);

  private final JobQueue jobs;
  private final AttemptRunner runner;
  private final Executor attempts;
  private final ClaimGate gate;
  private final Slots slots;
  private final Time time;
  private final WorkerProperties properties;
  private final DoubleSupplier random;
  private volatile boolean stopping;
  private volatile long lastTurnNanos;
  private long reclaimAtNanos;
  private boolean away; // Redis didn't answer the last claim
  private boolean graced; // in this outage, the others are given time
  private long gracedNanos; // since the last such outage began

  /**
   * @param attempts gives each attempt a thread of its own
   * @param random 0 to 1, for jitter
   */
  public ClaimLoop(
      JobQueue jobs,
      AttemptRunner runner,
      Executor attempts,
      ClaimGate gate,
      Time time,
      WorkerProperties properties,
      DoubleSupplier random) {
    this.jobs = jobs;
    this.runner = runner;
    this.attempts = attempts;
    this.gate = gate;
    this.time = time;
    this.properties = properties;
    this.random = random;
    this.slots = new Slots(properties.slots(), time);
    this.lastTurnNanos = time.nanos();
    this.reclaimAtNanos = time.nanos();
    this.gracedNanos = time.nanos() - BETWEEN_GRACES.toNanos();
  }

  /** Returns once stopped or interrupted. */
  @Override
  public void run() {
    try {
      while (!stopping) {
        lastTurnNanos = time.nanos();
        turn();
      }
    } catch (InterruptedException e) {
      LOG.debug("claim loop interrupted");
    }
  }

  /** No further jobs are taken; the claim under way may still bring some. */
  public void stop() {
    stopping = true;
  }

  /** When the loop last came round, for liveness: of {@link Time#nanos}. */
  public long lastTurnNanos() {
    return lastTurnNanos;
  }

  private void turn() throws InterruptedException {
    int taken = slots.take(properties.slots(), properties.block());
    int usable = gate.limit(taken);
    int used = 0;
    try {
      if (usable > 0 && !stopping) {
        List<ClaimedJob> claimed = claim(usable);
        away = false;
        for (ClaimedJob job : claimed) {
          start(job);
          used++;
        }
      }
    } catch (StoreUnavailableException e) {
      LOG.debug("no claim: {}", e.getMessage());
      giveOthersTime();
      time.pause(PAUSE);
    } finally {
      if (taken > used) {
        slots.giveBack(taken - used);
      }
    }
    if (taken > 0 && usable == 0) {
      time.pause(PAUSE);
    }
  }

  /**
   * Who lost Redis wasn't the only one, most likely. When it is back, leases have run out that
   * nobody could renew: their holders get a lease's time to do so, and their turns go on.
   */
  private void giveOthersTime() {
    long now = time.nanos();
    if (!away) {
      away = true;
      graced = now - gracedNanos >= BETWEEN_GRACES.toNanos();
      gracedNanos = graced ? now : gracedNanos;
    }
    if (graced) {
      reclaimAtNanos = now + JobQueue.LEASE.toNanos();
    }
  }

  private List<ClaimedJob> claim(int atMost) {
    if (time.nanos() - reclaimAtNanos >= 0) {
      long every = properties.reclaimEvery().toNanos();
      reclaimAtNanos = time.nanos() + (long) (every * (0.75 + random.getAsDouble() / 2));
      List<ClaimedJob> reclaimed = jobs.reclaim(atMost);
      if (!reclaimed.isEmpty()) {
        return reclaimed;
      }
    }
    return jobs.claim(atMost, untilReclaim());
  }

  /** A job whose lease ended isn't to wait for one that nobody queues. */
  private Duration untilReclaim() {
    Duration left = Duration.ofNanos(reclaimAtNanos - time.nanos()).plusMillis(1);
    return left.compareTo(properties.block()) < 0 ? left : properties.block();
  }

  private void start(ClaimedJob job) {
    attempts.execute(() -> {
      try {
        runner.run(job);
      } catch (RuntimeException e) {
        LOG.error("turn {} left to its lease", job.job().turn(), e);
      } finally {
        slots.giveBack(1);
      }
    });
  }
}
