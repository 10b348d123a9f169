package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.function.Function;

/** Lets the simulation hand in turns the way the gateway does. */
public final class Submits {
  private Submits() {}

  public static Function<Submission, SubmitResult> by(
      TurnStore turns, SessionStream streams, JobQueue jobs, Time time) {
    Submitter submitter = new Submitter(turns, streams, jobs, time);
    return submission -> submitter.submit(submission, Integer.MAX_VALUE);
  }
}
