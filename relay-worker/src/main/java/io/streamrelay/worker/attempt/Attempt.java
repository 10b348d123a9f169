package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.worker.chunk.AttemptWriter;
import io.streamrelay.worker.route.Route;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A job in this worker's hands, from claim to acknowledgement. Threads: one runs it, any may stop
 * it.
 *
 * <p>Only the provider call is interrupted; stores are let finish and the reason is looked at
 * afterwards.
 */
public final class Attempt implements Route.Watcher {
  private final ReentrantLock lock = new ReentrantLock();
  private ClaimedJob job; // guarded by lock, as all below
  private @Nullable AttemptWriter writer;
  private @Nullable Thread interruptible;
  private @Nullable StopReason stopReason;
  private Route.@Nullable Asked asked;
  private @Nullable Usage spent;
  private @Nullable ResumePoint lasting;
  private final Set<Warning> warnings = new LinkedHashSet<>();
  private long claimedNanos;
  private Duration inCalls = Duration.ZERO;

  private final long startedNanos;
  private final AttemptTrace trace;

  /**
   * @param startedNanos of {@link io.streamrelay.protocol.time.Time#nanos}: when the job came
   */
  Attempt(ClaimedJob job, long startedNanos, AttemptTrace trace) {
    this.job = job;
    this.startedNanos = startedNanos;
    this.trace = trace;
  }

  /** For the thread that runs it alone. */
  AttemptTrace trace() {
    return trace;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** The job it runs under. */
  public ClaimedJob job() {
    lock.lock();
    try {
      return job;
    } finally {
      lock.unlock();
    }
  }

  /** From here on it runs under another job of the same turn, after the store lost the first. */
  public void goOnUnder(JobId id) {
    lock.lock();
    try {
      job = new ClaimedJob(id, job.job(), job.reclaimed());
    } finally {
      lock.unlock();
    }
  }

  public TurnId turn() {
    return job().job().turn();
  }

  public SessionKey session() {
    return job().job().session();
  }

  /** Null until the turn is claimed. */
  public @Nullable AttemptWriter writer() {
    lock.lock();
    try {
      return writer;
    } finally {
      lock.unlock();
    }
  }

  /** Why it was told to stop; null if it wasn't. */
  @Nullable StopReason stopReason() {
    lock.lock();
    try {
      return stopReason;
    } finally {
      lock.unlock();
    }
  }

  /** Whom it has called, or is calling; null before that. */
  Route.@Nullable Asked asked() {
    lock.lock();
    try {
      return asked;
    } finally {
      lock.unlock();
    }
  }

  /** What that has cost as far as is known; null: nothing is. */
  @Nullable Usage spent() {
    lock.lock();
    try {
      return spent;
    } finally {
      lock.unlock();
    }
  }

  /**
   * From now on its provider generates that answer, listened to or not; null: none.
   *
   * @return the one before
   */
  @Nullable ResumePoint lasts(@Nullable ResumePoint answer) {
    lock.lock();
    try {
      ResumePoint before = lasting;
      lasting = answer;
      return before;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void asking(Route.Asked target) {
    lock.lock();
    try {
      asked = target;
      warnings.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void spent(Usage soFar) {
    lock.lock();
    try {
      spent = soFar;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void waitedFor(Duration untilFirstDelta) {
    lock.lock();
    try {
      inCalls = inCalls.plus(untilFirstDelta);
    } finally {
      lock.unlock();
    }
  }

  /** How long all providers that it called were waited for, until the first delta. */
  Duration inCalls() {
    lock.lock();
    try {
      return inCalls;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void warned(Warning warning) {
    lock.lock();
    try {
      if (warnings.size() < Warning.MOST) {
        warnings.add(warning);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the one that was called last doesn't do as it was asked. */
  List<Warning> warnings() {
    lock.lock();
    try {
      return List.copyOf(warnings);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The claim of the turn is asked for now: about then PostgreSQL says that the attempt started.
   */
  void claimedAt(long nanos) {
    lock.lock();
    try {
      claimedNanos = nanos;
    } finally {
      lock.unlock();
    }
  }

  /** From the claim to the first chunk's storing; null if there was none. */
  @Nullable Duration firstChunkAfter() {
    lock.lock();
    try {
      Long stored = writer == null ? null : writer.firstChunkNanos();
      return stored == null ? null : Duration.ofNanos(stored - claimedNanos);
    } finally {
      lock.unlock();
    }
  }

  void writesWith(AttemptWriter writer) {
    lock.lock();
    try {
      this.writer = writer;
      if (stopReason != null) {
        writer.abandon();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells it to stop: its provider call is interrupted, its writer abandoned. The first reason
   * stands.
   */
  public void stop(StopReason reason) {
    lock.lock();
    try {
      if (stopReason != null) {
        return;
      }
      stopReason = reason;
      if (writer != null) {
        writer.abandon();
      }
      if (interruptible != null) {
        interruptible.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * From here on {@link #stop} interrupts the calling thread. Throws at once if it was stopped
   * before.
   */
  void beginInterruptible() throws InterruptedException {
    lock.lock();
    try {
      if (stopReason != null) {
        throw new InterruptedException();
      }
      interruptible = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  /** From here on it doesn't, and no interrupt is left over. */
  void endInterruptible() {
    lock.lock();
    try {
      interruptible = null;
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }
}
