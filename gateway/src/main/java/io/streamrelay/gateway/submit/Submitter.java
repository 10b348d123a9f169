package io.streamrelay.gateway.submit;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.trace.Traceparent;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.SubmitResult.Accepted;
import io.streamrelay.protocol.turn.TurnStore;
import java.time.Duration;

/**
 * Hands in a turn: commit, then the ends of those it interrupts, then its user entry, then its job.
 * Only the commit counts. What comes after it is done for speed; if it fails, a worker or the
 * sweeper does it. Of a turn that waits nothing comes after: whoever ends the one before it goes on
 * with it. Thread-safe.
 */
public final class Submitter {
  /** A submit that failed sooner than this is tried once more: its reply may have been lost. */
  private static final Duration WORTH_REPEATING = Duration.ofSeconds(1);

  private final TurnStore turns;
  private final Canceller canceller;
  private final Announcement announcement;
  private final Time time;
  private final Tracer tracer;

  Submitter(
      TurnStore turns, Canceller canceller, Announcement announcement, Time time, Tracer tracer) {
    this.turns = turns;
    this.canceller = canceller;
    this.announcement = announcement;
    this.time = time;
    this.tracer = tracer;
  }

  /**
   * Throws {@link StoreUnavailableException} if it is unknown whether the turn was accepted: the
   * caller may repeat it under the same idempotency key.
   *
   * @param mostTurns as {@link TurnStore#submit} has it
   */
  public SubmitResult submit(Submission submission, int mostTurns) {
    Span span = tracer.spanBuilder("submit").startSpan();
    return submit(submission.tracedBy(Traceparent.of(span)), mostTurns, span);
  }

  /** The span ends with the commit: what comes after it is the turn's, and others may do it. */
  private SubmitResult submit(Submission submission, int mostTurns, Span span) {
    SubmitResult result = commit(submission, mostTurns, span);
    if (result instanceof Accepted(var turn, var keepFrom, var interrupted)) {
      canceller.cancelled(submission.session(), interrupted);
      announcement.announce(submission.activation(turn, keepFrom));
    }
    return result;
  }

  private SubmitResult commit(Submission submission, int mostTurns, Span span) {
    span.setAttribute(TraceKeys.TURN, submission.turn().toString());
    try (Scope current = span.makeCurrent()) {
      SubmitResult result = commit(submission, mostTurns);
      span.setAttribute(TraceKeys.OUTCOME, outcome(result));
      return result;
    } catch (StoreUnavailableException e) {
      TraceKeys.fail(span, "store_unavailable");
      throw e;
    } finally {
      span.end();
    }
  }

  private static String outcome(SubmitResult result) {
    return switch (result) {
      case Accepted accepted -> "accepted";
      case SubmitResult.Waiting waiting -> "waiting";
      case SubmitResult.Repeated repeated -> "repeated";
      case SubmitResult.WrongResults wrong -> "wrong_results";
      case SubmitResult.Busy busy -> "busy";
      case SubmitResult.TooManyWaiting many -> "too_many_waiting";
      case SubmitResult.TooMany many -> "too_many";
      case SubmitResult.KeyMismatch mismatch -> "key_mismatch";
    };
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
}
