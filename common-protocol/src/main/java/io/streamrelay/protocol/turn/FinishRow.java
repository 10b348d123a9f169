package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import java.util.List;

/** What an attempt's outcome becomes in the rows of its turn. */
final class FinishRow {
  /**
   * The outcome of an attempt whose answer counts: its row doesn't change any more, since the
   * terminal event is made from it.
   */
  static final String ENDED = "ended";

  private FinishRow() {}

  static FailureCode failureCode(Generated done) {
    return done.failureCode() == null ? FailureCode.INTERNAL : done.failureCode();
  }

  static String failureMessage(Generated done) {
    return done.failureMessage() == null ? "The answer failed." : done.failureMessage();
  }

  static AttemptRecord attempt(Ending.ByAttempt end) {
    Generated done = end.outcome();
    String outcome = done.outcome() == Outcome.ENDED ? ENDED : failureCode(done).wire();
    return new AttemptRecord(
        done.provider(),
        done.model(),
        done.usage(),
        outcome,
        end.firstChunkAfter(),
        done.warnings() == null ? List.of() : done.warnings());
  }
}
