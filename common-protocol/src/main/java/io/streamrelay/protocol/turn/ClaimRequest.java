package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.trace.Traceparent;
import org.jspecify.annotations.Nullable;

/**
 * A worker that holds a turn's job asks for the turn.
 *
 * @param token names this claim: the same claim, repeated after a lost reply, is no second attempt
 * @param instead the other job that was found dead after {@link ClaimResult.HeldByOther}; null at
 *     first
 * @param traceparent of the attempt that it is to be; null: it isn't traced
 */
public record ClaimRequest(
    TurnId turn,
    JobId job,
    String worker,
    String token,
    @Nullable JobId instead,
    @Nullable Traceparent traceparent) {
  /** Not traced. */
  public ClaimRequest(
      TurnId turn, JobId job, String worker, String token, @Nullable JobId instead) {
    this(turn, job, worker, token, instead, null);
  }
}
