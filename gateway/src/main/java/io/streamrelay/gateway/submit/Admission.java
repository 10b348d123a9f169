package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.Submission;
import org.jspecify.annotations.Nullable;

/**
 * Whether a submission may be handed in, and how many turns it may find under way to be accepted.
 * Decided before the commit; where it was accepted before, nothing here refuses it. Thread-safe,
 * never blocks for long.
 */
final class Admission {
  private final AdmissionProperties bounds;
  private final LaneWatch lanes;

  Admission(AdmissionProperties bounds, LaneWatch lanes) {
    this.bounds = bounds;
    this.lanes = lanes;
  }

  /**
   * Leave to hand in one submission, to be closed; a problem, 503, where there is no place for it
   * and it can't have been accepted before.
   */
  Leave ask(Submission submission) {
    Lane lane = submission.request().lane();
    Problem closed = closed(lane);
    if (closed == null) {
      return new Leave(bounds.turnsPerCaller(), tooManyTurns(), lane);
    }
    if (submission.idempotencyKey() == null) {
      throw closed.exception();
    }
    return new Leave(0, closed, null);
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

    /** Gives its place back, or leaves it to the job. */
    @Override
    public void close() {
      if (lane != null) {
        lanes.leave(lane, queued);
      }
    }
  }
}
