package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.TracerProvider;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Route;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider generates on when nobody listens: which answers are cancelled, and which aren't. */
class LastingAnswersTest extends RunnerScene {
  @BeforeEach
  void lasts() {
    takeover = Takeover.RESUME;
    named = "resp_1";
    resumed = sink -> sink.text("Half and the rest");
  }

  private Script stops(TurnId turn, StopReason why) {
    return sink -> {
      sink.text("Half");
      live.of(turn).forEach(attempt -> attempt.stop(why));
      throw new InterruptedException();
    };
  }

  private Script cancels(TurnId turn) {
    return sink -> {
      sink.text("Half");
      turns.finish(new Ending.Cancel(turn, "owner", null));
      completion.complete(turn);
      live.of(turn).forEach(attempt -> attempt.stop(StopReason.FENCED));
      throw new InterruptedException();
    };
  }

  @Test
  void answerOfACancelledTurn_isCancelled() {
    TurnId turn = submit("Hello");
    script = cancels(turn);

    runner.run(claimed());

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.CANCELLED);
    assertThat(cancelled).containsExactly("resp_1");
  }

  @Test
  void answerOfAResumedTurnThatIsCancelled_isCancelled() {
    TurnId turn = submit("Hello");
    script = stops(turn, StopReason.LOST);
    runner.run(claimed());
    time.advance(Duration.ofSeconds(4));
    resumed = cancels(turn);

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(cancelled).containsExactly("resp_1");
  }

  @Test
  void answerThatAnotherAttemptGoesOnWith_isNot() {
    for (StopReason why : StopReason.values()) {
      TurnId turn = submit("Hello");
      script = stops(turn, why);
      runner.run(claimed());
      time.advance(Duration.ofSeconds(4));

      runner.run(jobs.reclaim(1).getFirst());

      assertThat(look(turn).text()).isEqualTo("Half and the rest");
      assertThat(cancelled).as("%s", why).isEmpty();
    }
  }

  @Test
  void answerWhoseConnectionBroke_isNotWhereAnotherAttemptGoesOnWithIt() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut off");
        };
    runner.run(claimed());

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(look(turn).text()).isEqualTo("Half and the rest");
    assertThat(cancelled).isEmpty();
  }

  @Test
  void answerOfAFailedTurn_isCancelled() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          throw new ProviderException(FailureCode.OUTPUT_LIMIT, "too much");
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.OUTPUT_LIMIT);
    assertThat(cancelled).containsExactly("resp_1");
  }

  @Test
  void answerThatIsBegunAnew_isCancelled() {
    takeover = Takeover.RESTART;
    TurnId turn = submit("Hello");
    script = stops(turn, StopReason.HANDED_OVER);

    runner.run(claimed());

    assertThat(cancelled).containsExactly("resp_1");
    assertThat(turns.resumePoint(turn)).isNull();
  }

  /** By another try of the same target, then by another target. */
  @Test
  void answerThatIsGivenUpOnTheWay_isCancelled() {
    Route whole = route;
    route =
        new Route() {
          @Override
          public String system() {
            return null;
          }

          @Override
          public int history() {
            return 1;
          }

          @Override
          public Parameters parameters(Parameters asked) {
            return asked;
          }

          @Override
          public Takeover takeover() {
            return Takeover.RESUME;
          }

          @Override
          public Routed generate(ProviderRequest request, DeltaSink sink, Watcher watcher) {
            watcher.asking(new Asked("openai", "a"));
            watcher.named("resp_1");
            watcher.named("resp_1");
            assertThat(cancelled).isEmpty();
            watcher.named("resp_2");
            assertThat(cancelled).containsExactly("resp_1");
            watcher.asking(new Asked("other", "b"));
            sink.text("Whole");
            return new Routed(FinishReason.STOP, null, "other", "b");
          }

          @Override
          public void cancel(ResumePoint at) throws InterruptedException {
            whole.cancel(at);
          }
        };
    TurnId turn = submit("Hello");

    runner.run(claimed());

    assertThat(look(turn).text()).isEqualTo("Whole");
    assertThat(cancelled).containsExactly("resp_1", "resp_2");
  }

  @Test
  void answerThatIsThere_isNot() {
    TurnId turn = submit("Hello");
    script = sink -> sink.text("Whole");

    runner.run(claimed());

    assertThat(look(turn).text()).isEqualTo("Whole");
    assertThat(turns.resumePoint(turn)).isEqualTo(new ResumePoint("demo", "demo-1", "resp_1"));
    assertThat(cancelled).isEmpty();
  }

  @Test
  void note_thatComesLateDoesNotTakeTheNewersPlace() {
    TurnId turn = submit("Hello");
    ClaimedJob job = claimed();
    Claimed claimed = (Claimed) turns.claim(new ClaimRequest(turn, job.id(), "w", "token", null));
    Deque<Runnable> newestFirst = new ArrayDeque<>();
    AttemptTrace untraced = AttemptTrace.begin(TracerProvider.noop().get(""), "w", job.job());
    Route.Watcher watcher =
        new LastingAnswers(turns, newestFirst::push)
            .watcher(new Attempt(job, 0, untraced), claimed, route);
    watcher.asking(new Route.Asked("p", "m"));
    watcher.named("resp_1");
    watcher.named("resp_2");

    newestFirst.forEach(Runnable::run);

    assertThat(turns.resumePoint(turn)).isEqualTo(new ResumePoint("p", "m", "resp_2"));
    assertThat(cancelled).containsExactly("resp_1");
  }
}
