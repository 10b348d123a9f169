package io.streamrelay.gateway.admin;

import io.streamrelay.gateway.cancel.CancelResult;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.submit.Submitter;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnOverview;
import io.streamrelay.protocol.turn.TurnOverview.Line;
import io.streamrelay.protocol.turn.TurnStatus;
import org.jspecify.annotations.Nullable;

/** What an operator has done to a turn. Repeats are harmless. Thread-safe. */
final class TurnOrders {
  private static final String BY_ADMIN = "admin";

  private final TurnOverview turns;
  private final JobQueue jobs;
  private final Submitter submitter;
  private final Canceller canceller;

  TurnOrders(TurnOverview turns, JobQueue jobs, Submitter submitter, Canceller canceller) {
    this.turns = turns;
    this.jobs = jobs;
    this.submitter = submitter;
    this.canceller = canceller;
  }

  /** What became of a requeue. */
  sealed interface Requeued {
    /** Its job is in the lane, once more perhaps: whoever claims one too many drops it. */
    record Queued(Line turn) implements Requeued {}

    /** It was dead; what became of the same message, submitted once more. */
    record Submitted(Line dead, SubmitResult result) implements Requeued {}

    /** There is nothing to be done: it waits for the turns before it, or has ended otherwise. */
    record Nothing(Line turn) implements Requeued {}

    /** There is no such turn. */
    record NoTurn() implements Requeued {}
  }

  Requeued requeue(TurnId turn) {
    Line line = turns.line(turn);
    if (line == null) {
      return new Requeued.NoTurn();
    }
    return switch (line.status()) {
      case ACCEPTED, RUNNING -> {
        jobs.add(new Job(turn, line.session(), line.lane(), line.traceparent()));
        yield new Requeued.Queued(line);
      }
      case WAITING, ENDED, CANCELLED -> new Requeued.Nothing(line);
      case FAILED ->
          line.failureCode() == FailureCode.ATTEMPTS_EXHAUSTED
              ? submitAgain(line)
              : new Requeued.Nothing(line);
    };
  }

  /** However many turns its caller has: it was let in once. */
  private Requeued submitAgain(Line dead) {
    Submission again = turns.again(dead.turn());
    return again == null
        ? new Requeued.NoTurn()
        : new Requeued.Submitted(dead, submitter.submit(again, Integer.MAX_VALUE));
  }

  /** Null if there is no such turn. */
  @Nullable TurnStatus cancel(TurnId turn, @Nullable String reason) {
    Line line = turns.line(turn);
    if (line == null) {
      return null;
    }
    return canceller.cancel(line.session(), turn, reason, BY_ADMIN)
            instanceof CancelResult.Known(var same, var status)
        ? status
        : null;
  }
}
