package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.Submission;

/**
 * How many turns a submission may find under way to be accepted. Decided before the commit; where
 * it was accepted before, nothing here refuses it. Thread-safe, never blocks.
 */
final class Admission {
  private final AdmissionProperties bounds;
  private final LaneWatch lanes;

  Admission(AdmissionProperties bounds, LaneWatch lanes) {
    this.bounds = bounds;
    this.lanes = lanes;
  }

  /**
   * For {@link io.streamrelay.protocol.turn.TurnStore#submit}: 0 where only what was accepted
   * before may be answered. A problem, 503, where there can't be such a thing.
   */
  int mostTurns(Submission submission) {
    if (!isFull(submission.request().lane())) {
      return bounds.turnsPerCaller();
    }
    if (submission.idempotencyKey() == null) {
      throw queueFull(submission.request().lane()).exception();
    }
    return 0;
  }

  private boolean isFull(Lane lane) {
    return lanes.waiting(lane) >= bounds.waitingJobs();
  }

  /** Why the store refused a submission with that bound. */
  Problem refusal(int mostTurns, Lane lane) {
    return mostTurns == 0
        ? queueFull(lane)
        : Problem.tooMany(
            ErrorCode.TOO_MANY_TURNS,
            "the caller has " + mostTurns + " turns under way; wait for one to end, or cancel one");
  }

  private static Problem queueFull(Lane lane) {
    return Problem.unavailable(
        ErrorCode.QUEUE_FULL,
        "too many jobs wait in the lane '" + lane.wire() + "'; nothing was accepted");
  }
}
