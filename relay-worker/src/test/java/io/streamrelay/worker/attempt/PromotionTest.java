package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an attempt does for the turns that wait for its own. */
class PromotionTest extends RunnerScene {
  private List<String> clientTypes() {
    return types().stream().filter(type -> !type.endsWith("done")).toList();
  }

  @Test
  void end_writesTheNextUserEntryAndItsJob() {
    script = sink -> sink.text("Once");
    submit("First");
    TurnId next = enqueue("Second");
    TurnId last = enqueue("Third");

    runner.run(claimed());

    assertThat(clientTypes())
        .containsExactly("1-0 user", "2-0 start", "2-1 text", "5-0 end", "6-0 user");
    assertThat(jobs.turns(10)).containsExactly(next);
    runner.run(claimed());
    runner.run(claimed());
    assertThat(look(last).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(noJobs()).isTrue();
  }

  @Test
  void end_writesTheEndsOfThoseThatNeverRanBeforeTheNext() {
    script = sink -> {};
    submit("First");
    TurnId unrun = enqueue("Second");
    TurnId next = enqueue("Third");
    turns.finish(new Ending.Cancel(unrun, "owner", null));

    runner.run(claimed());

    assertThat(clientTypes())
        .containsExactly("6-0 user", "9-0 cancel", "10-0 user"); // from the turn before on
    assertThat(jobs.turns(10)).containsExactly(next);
  }

  @Test
  void claimThatFindsNoAttemptLeft_goesOnWithTheNext() {
    TurnId first = submit("First");
    TurnId next = enqueue("Second");
    ClaimedJob job = claimed();
    for (int i = 0; i < TurnStore.MAX_ATTEMPTS; i++) {
      turns.claim(new ClaimRequest(first, job.id(), "w0", "token of w0 " + i, null));
    }

    runner.run(job);

    assertThat(look(first).view().failureCode()).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
    assertThat(types()).contains("7-0 error", "8-0 user");
    assertThat(jobs.turns(10)).containsExactly(next);
  }

  @Test
  void cancelledMeanwhile_theAttemptQueuesNothingTwice() {
    TurnId first = submit("First");
    enqueue("Second");
    script = sink -> turns.finish(new Ending.Cancel(first, "owner", null));

    runner.run(claimed());

    assertThat(jobs.turns(10)).doesNotContain(first); // whoever cancelled it queues the next
    assertThat(jobs.claim(10, Duration.ZERO)).isEmpty();
  }
}
