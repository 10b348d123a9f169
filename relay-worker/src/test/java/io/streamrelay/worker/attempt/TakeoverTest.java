package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of an answer that broke off, by the route's policy. */
class TakeoverTest extends RunnerScene {
  /** Says {@code text}, then its worker is gone. */
  private ClaimedJob breakOff(TurnId turn, String text, StopReason why) {
    script =
        sink -> {
          sink.text(text);
          live.of(turn).forEach(attempt -> attempt.stop(why));
          throw new InterruptedException();
        };
    runner.run(claimed());
    time.advance(Duration.ofSeconds(4));
    return jobs.reclaim(1).getFirst();
  }

  private static Script cut(String text) {
    return sink -> {
      sink.text(text);
      throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut off");
    };
  }

  @Test
  void fail_endsTheTurnWithWhatWasSaid() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    ClaimedJob left = breakOff(turn, "Half", StopReason.LOST);

    runner.run(left);

    assertThat(types())
        .containsExactly("1-0 user", "2-0 start", "2-1 text", "4-0 done", "6-0 error");
    TurnView view = look(turn).view();
    assertThat(view.failureCode()).isEqualTo(FailureCode.INTERRUPTED);
    assertThat(look(turn).text()).isEqualTo("Half");
    assertThat(look(turn).last()).isEqualTo(new EntryId(2, 1));
    assertThat(view.attempts().getLast().outcome()).isEqualTo("interrupted");
    assertThat(asked).hasSize(1);
    assertThat(noJobs()).isTrue();
    assertThat(registry.counter("relay.turns", "outcome", "interrupted", "model", "other").count())
        .isEqualTo(1);
  }

  @Test
  void fail_letsTheNextTurnBeginThatWaited() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    TurnId next = enqueue("And then?");
    ClaimedJob left = breakOff(turn, "Half", StopReason.LOST);

    runner.run(left);

    assertThat(look(next).view().status()).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(jobs.turns(10)).containsExactly(next);
  }

  @Test
  void fail_holdsForAHandOverToo() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    ClaimedJob left = breakOff(turn, "Half", StopReason.HANDED_OVER);

    runner.run(left);

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.INTERRUPTED);
    assertThat(look(turn).text()).isEqualTo("Half");
  }

  @Test
  void fail_generatesAnewWhereNothingWasSaid() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    ClaimedJob left = breakOff(turn, "", StopReason.LOST);
    script = sink -> sink.text("Whole");

    runner.run(left);

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(look(turn).text()).isEqualTo("Whole");
  }

  @Test
  void fail_aProviderThatBreaksOffFailsTheTurn() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    script = cut("Once ");

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(look(turn).text()).isEqualTo("Once ");
  }

  @Test
  void restart_aProviderThatBreaksOffIsAskedByAnotherAttempt() {
    TurnId turn = submit("Hello");
    script = cut("Once ");
    runner.run(claimed());
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.RUNNING);
    script = sink -> sink.text("Whole");

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(types())
        .containsExactly(
            "1-0 user", "2-0 start", "2-1 text", "3-0 start", "3-1 text", "3-2 done", "6-0 end");
    assertThat(entries().get(3).event()).isEqualTo(new AttemptStarted(turn, 2, "demo", true));
    assertThat(look(turn).text()).isEqualTo("Whole");
    assertThat(look(turn).view().attempts().getFirst().outcome()).isEqualTo("provider_truncated");
  }

  @Test
  void restart_aProviderThatAlwaysBreaksOffFailsTheTurnWithItsOwnCode() {
    TurnId turn = submit("Hello");
    script = cut("Once ");
    runner.run(claimed());
    runner.run(jobs.reclaim(1).getFirst());

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(look(turn).text()).isEqualTo("Once ");
    assertThat(look(turn).attempt()).isEqualTo(3);
    assertThat(asked).hasSize(3);
    assertThat(noJobs()).isTrue();
  }

  @Test
  void restart_whatWouldFailAgainFailsAtOnce() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          throw new ProviderException(FailureCode.CONTENT_FILTERED, "not this");
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.CONTENT_FILTERED);
  }

  @Test
  void restart_withoutTimeForAnotherAttemptTheTurnFails() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          time.advance(Duration.ofMinutes(10).minusSeconds(3));
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut off");
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void resume_goesOnWithTheAnswerThatTheProviderGenerates() {
    takeover = Takeover.RESUME;
    named = "resp_1";
    resumed =
        sink -> {
          sink.text("Half");
          sink.text(" and the rest");
        };
    TurnId turn = submit("Hello");
    ClaimedJob left = breakOff(turn, "Half", StopReason.LOST);

    runner.run(left);

    assertThat(again).containsExactly(new ResumePoint("demo", "demo-1", "resp_1"));
    assertThat(asked).as("generated once").hasSize(1);
    assertThat(entries().get(3).event()).isEqualTo(new AttemptStarted(turn, 2, "demo", true));
    assertThat(look(turn).text()).isEqualTo("Half and the rest");
    assertThat(look(turn).view().attempts().getLast().provider()).isEqualTo("demo");
  }

  @Test
  void resume_aConnectionThatBreaksOffIsTakenUpByAnotherAttempt() {
    takeover = Takeover.RESUME;
    named = "resp_1";
    resumed = sink -> sink.text("Half and the rest");
    TurnId turn = submit("Hello");
    script = cut("Half");
    runner.run(claimed());

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(asked).hasSize(1);
    assertThat(look(turn).text()).isEqualTo("Half and the rest");
  }

  @Test
  void resume_generatesAnewWhereTheProviderNamedNothing() {
    takeover = Takeover.RESUME;
    resumed = sink -> sink.text("never asked for");
    TurnId turn = submit("Hello");
    ClaimedJob left = breakOff(turn, "Half", StopReason.LOST);
    script = sink -> sink.text("Whole");

    runner.run(left);

    assertThat(again).isEmpty();
    assertThat(look(turn).text()).isEqualTo("Whole");
  }

  @Test
  void otherPolicies_noteNoNames() {
    named = "resp_1";
    TurnId turn = submit("Hello");
    script = sink -> sink.text("Whole");

    runner.run(claimed());

    assertThat(turns.resumePoint(turn)).isNull();
  }
}
