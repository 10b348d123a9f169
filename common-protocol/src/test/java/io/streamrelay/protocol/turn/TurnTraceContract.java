package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where the traces of a turn and of its attempts are kept, and who is told of them. */
abstract class TurnTraceContract extends TurnStoreContract {
  private static final Traceparent SUBMIT = trace(1);
  private static final Traceparent FIRST = trace(2);
  private static final Traceparent SECOND = trace(3);

  private static Traceparent trace(int span) {
    return new Traceparent(
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333%d-01".formatted(span));
  }

  private ClaimResult.Claimed claim(TurnId turn, int job, Traceparent attempt) {
    ClaimRequest request = claimOf(turn, job, "token-" + turn + job);
    ClaimRequest traced =
        new ClaimRequest(
            turn, request.job(), request.worker(), request.token(), job(job - 1), attempt);
    return (ClaimResult.Claimed) turns.claim(traced);
  }

  @Test
  void submit_tracesTheTurnForAllWhoTellOfIt() {
    TurnId turn = accepted(turns.submit(submission("one").tracedBy(SUBMIT))).turn().turn();

    assertThat(view(turn).traceparent()).isEqualTo(SUBMIT);
    assertThat(reader.session(session).traceparent()).isEqualTo(SUBMIT);
    assertThat(sweep.due(Duration.ZERO, 100_000))
        .filteredOn(job -> job.turn().equals(turn))
        .extracting(Job::traceparent)
        .containsExactly(SUBMIT);
    assertThat(overview.line(turn).traceparent()).isEqualTo(SUBMIT);
  }

  @Test
  void submit_withoutATraceIsTracedByNobody() {
    TurnId turn = submit("one").turn();

    assertThat(view(turn).traceparent()).isNull();
    assertThat(reader.session(session).traceparent()).isNull();
    assertThat(claim(turn, 1, null).former()).isNull();
  }

  @Test
  void finish_activatesATurnThatWaitedWithItsTrace() {
    TurnId first = submit("one").turn();
    Submission waiting = onBusy(OnBusy.ENQUEUE, submission("two")).tracedBy(SUBMIT);
    turns.submit(waiting);

    FinishResult.Finished finished = (FinishResult.Finished) turns.finish(cancel(first));

    assertThat(view(waiting.turn()).traceparent()).isEqualTo(SUBMIT);
    assertThat(finished.promotion().next().traceparent()).isEqualTo(SUBMIT);
  }

  @Test
  void claim_tellsOfTheAttemptBefore() {
    TurnId turn = submit("one").turn();

    ClaimResult.Claimed first = claim(turn, 1, FIRST);
    ClaimResult.Claimed again = claim(turn, 1, FIRST);
    ClaimResult.Claimed second = claim(turn, 2, SECOND);
    ClaimResult.Claimed third = claim(turn, 3, null);

    assertThat(first.former()).isNull();
    assertThat(again).extracting("epoch", "former").containsExactly(first.epoch(), null);
    assertThat(second.former()).isEqualTo(FIRST);
    assertThat(third.former()).isEqualTo(SECOND);
  }

  @Test
  void claim_afterAnAttemptWithoutATraceTellsOfNone() {
    TurnId turn = submit("one").turn();
    claim(turn, 1, FIRST);
    claim(turn, 2, null);

    assertThat(claim(turn, 3, SECOND).former()).isNull();
  }
}
