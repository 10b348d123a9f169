package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.SubmitResult.Accepted;
import io.streamrelay.protocol.turn.TurnStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands in a turn: commit, then its user entry, then its job. Only the commit counts. What comes
 * after it is done for speed; if it fails, a worker or the sweeper does it. Thread-safe.
 */
final class Submitter {
  private static final Logger LOG = LoggerFactory.getLogger(Submitter.class);

  /** A submit that failed sooner than this is tried once more: its reply may have been lost. */
  private static final Duration WORTH_REPEATING = Duration.ofSeconds(1);

  private final TurnStore turns;
  private final SessionStream streams;
  private final JobQueue jobs;
  private final Time time;

  Submitter(TurnStore turns, SessionStream streams, JobQueue jobs, Time time) {
    this.turns = turns;
    this.streams = streams;
    this.jobs = jobs;
    this.time = time;
  }

  /**
   * Throws {@link StoreUnavailableException} if it is unknown whether the turn was accepted: the
   * caller may repeat it under the same idempotency key.
   *
   * @param mostTurns as {@link TurnStore#submit} has it
   */
  SubmitResult submit(Submission submission, int mostTurns) {
    SubmitResult result = commit(submission, mostTurns);
    if (result instanceof Accepted accepted) {
      announce(submission, accepted);
    }
    return result;
  }

  private SubmitResult commit(Submission submission, int mostTurns) {
    long began = time.nanos();
    try {
      return turns.submit(submission, mostTurns);
    } catch (StoreUnavailableException e) {
      if (time.nanos() - began > WORTH_REPEATING.toNanos()) {
        throw e;
      }
      return turns.submit(submission, mostTurns);
    }
  }

  private void announce(Submission submission, Accepted accepted) {
    UserMessage user =
        new UserMessage(submission.turn(), submission.messageId(), submission.parts());
    try {
      streams.open(accepted.turn(), user, accepted.keepFrom());
      jobs.add(new Job(submission.turn(), submission.session(), submission.request().lane(), null));
    } catch (StoreUnavailableException e) {
      LOG.warn(
          "turn {} is accepted but not queued yet, the sweeper will: {}",
          submission.turn(),
          e.getMessage());
    }
  }
}
