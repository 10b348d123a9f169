package io.streamrelay.gateway.submit;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.function.Function;

/** Lets the simulation hand in turns the way the gateway does. */
public final class Submits {
  private Submits() {}

  public static Function<Submission, SubmitResult> by(
      TurnStore turns, SessionStream streams, JobQueue jobs, Canceller canceller, Time time) {
    Announcement announcement = new Announcement(new Completion(turns, streams), streams, jobs);
    Tracer untraced = TracerProvider.noop().get("");
    Submitter submitter = new Submitter(turns, canceller, announcement, time, untraced);
    return submission -> submitter.submit(submission, Integer.MAX_VALUE);
  }
}
