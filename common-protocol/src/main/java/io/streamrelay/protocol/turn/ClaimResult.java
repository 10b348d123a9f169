package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a claimant is told. */
public sealed interface ClaimResult {
  /**
   * The turn is this worker's: epoch raised, attempt counted.
   *
   * @param epoch e: gives the right to {@code <e>-0 start}, {@code <e>-1} …
   * @param attempt from 1; the same as before where the attempt before was handed over
   * @param reset whether an attempt began before
   * @param history what was said before the user's message, oldest first: ended turns whole,
   *     cancelled ones with their partial answer, failed ones left out; the newest {@link
   *     TurnStore#HISTORY} messages. Empty where the request brings its own
   * @param remaining until the deadline, by PostgreSQL's clock
   * @param sinceSubmit how long ago the turn was submitted, by PostgreSQL's clock
   * @param former of the attempt before; null if there was none, or it wasn't traced
   */
  record Claimed(
      ActiveTurn turn,
      long epoch,
      int attempt,
      boolean reset,
      TurnRequest request,
      UserMessage user,
      List<Utterance> history,
      Duration remaining,
      Duration sinceSubmit,
      @Nullable Traceparent former)
      implements ClaimResult {
    public Claimed {
      history = List.copyOf(history);
    }
  }

  /**
   * Ended before, or just now because its attempts or its time are used up: see that stream and
   * save are complete, then acknowledge.
   *
   * @param now what this claim ended it as; null: it had ended before
   * @param promotion what that made of the turns that waited
   */
  record Ended(@Nullable FailureCode now, Promotion promotion) implements ClaimResult {
    /** Nothing waited. */
    public Ended(@Nullable FailureCode now) {
      this(now, Promotion.NONE);
    }
  }

  /**
   * Running under another job. If somebody holds that, this one is a duplicate. If it is gone, the
   * worker may live all the same: give this one to it. Else claim again, naming it.
   *
   * @param worker who claimed the turn
   */
  record HeldByOther(JobId job, String worker) implements ClaimResult {}

  /**
   * Not to be run: unknown, waiting for its turn, or put off. Acknowledge; the sweeper queues it
   * when it is time.
   */
  record NotDue() implements ClaimResult {}
}
