package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.Submission;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a submission may be handed in, when, and how many turns it may find under way to be
 * accepted. Decided before the commit; where it was accepted before, only the line refuses it.
 *
 * <p>A few are handed in at a time and the others stand in line, in the order they came: a burst
 * that shared the processors among all of its submissions would have each wait so long between its
 * steps that Redis and PostgreSQL seemed away. Thread-safe; blocks while in line.
 */
final class Admission {
  private static final int LEAST_AT_ONCE = 32;
  private static final int AT_ONCE_PER_PROCESSOR = 16;
  private static final Duration MOST_IN_LINE = Duration.ofSeconds(10);

  private final AdmissionProperties bounds;
  private final LaneWatch lanes;
  private final Semaphore line;
  private final Duration mostInLine;

  Admission(AdmissionProperties bounds, LaneWatch lanes) {
    this(
        bounds,
        lanes,
        Math.max(LEAST_AT_ONCE, AT_ONCE_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()),
        MOST_IN_LINE);
  }

  /**
   * @param atOnce submissions that are handed in at one time
   * @param mostInLine longest time one waits for that
   */
  Admission(AdmissionProperties bounds, LaneWatch lanes, int atOnce, Duration mostInLine) {
    this.bounds = bounds;
    this.lanes = lanes;
    this.line = new Semaphore(atOnce, true);
    this.mostInLine = mostInLine;
  }

  /**
   * Leave to hand in one submission, to be closed, once it is its turn; a problem, 503, where that
   * takes too long, or there is no place for it and it can't have been accepted before.
   */
  Leave ask(Submission submission) {
    Lane lane = submission.request().lane();
    Problem closed = closed(lane);
    if (closed != null && submission.idempotencyKey() == null) {
      throw closed.exception();
    }
    try {
      standInLine();
    } catch (RuntimeException e) {
      if (closed == null) {
        lanes.leave(lane, false);
      }
      throw e;
    }
    return closed == null
        ? new Leave(bounds.turnsPerCaller(), tooManyTurns(), lane)
        : new Leave(0, closed, null);
  }

  private void standInLine() {
    try {
      if (line.tryAcquire(mostInLine.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw Problem.unavailable(
            ErrorCode.QUEUE_FULL, "too many messages came at once; nothing was done with this one")
        .exception();
  }

  /** Null: it has a place in the lane now. */
  private @Nullable Problem closed(Lane lane) {
    if (lanes.isFull()) {
      return Problem.unavailable(
          ErrorCode.STORE_UNAVAILABLE, "Redis' memory is full; nothing was accepted");
    }
    if (lanes.enter(lane, bounds.waitingJobs())) {
      return null;
    }
    return Problem.unavailable(
        ErrorCode.QUEUE_FULL,
        "too many jobs wait in the lane '" + lane.wire() + "'; nothing was accepted");
  }

  private Problem tooManyTurns() {
    return Problem.tooMany(
        ErrorCode.TOO_MANY_TURNS,
        "the caller has "
            + bounds.turnsPerCaller()
            + " turns under way; wait for one to end, or cancel one");
  }

  /** Leave for one submission. Not thread-safe: owned by its request. */
  final class Leave implements AutoCloseable {
    private final int mostTurns;
    private final Problem refusal;
    private final @Nullable Lane lane;
    private boolean queued;

    private Leave(int mostTurns, Problem refusal, @Nullable Lane lane) {
      this.mostTurns = mostTurns;
      this.refusal = refusal;
      this.lane = lane;
    }

    /**
     * For {@link io.streamrelay.protocol.turn.TurnStore#submit}: 0 where only what was accepted
     * before may be answered.
     */
    int mostTurns() {
      return mostTurns;
    }

    /** Why, if the store refused it with that bound. */
    Problem refusal() {
      return refusal;
    }

    /** Its job is in the lane. */
    void queued() {
      queued = true;
    }

    /** Gives its place back, or leaves it to the job; the next in line goes on. */
    @Override
    public void close() {
      line.release();
      if (lane != null) {
        lanes.leave(lane, queued);
      }
    }
  }
}
