package io.streamrelay.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.worker.attempt.RunnerScene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest extends RunnerScene {
  private final InMemoryJobQueue others = new InMemoryJobQueue(jobStreams, "w2");
  private final Heartbeat heartbeat =
      new Heartbeat(jobs, streams, turns, live, time, settings(1, Duration.ZERO));

  private boolean interrupted;

  /** What a provider's read does when its thread was interrupted. */
  private void read() throws InterruptedException {
    if (Thread.interrupted()) {
      interrupted = true;
      throw new InterruptedException();
    }
  }

  @Test
  void beat_keepsTheLeaseOfWhatIsOurs() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          time.advance(Duration.ofSeconds(3));
          heartbeat.beat();
          time.advance(Duration.ofSeconds(3));
          assertThat(others.reclaim(1)).isEmpty();
          sink.text("Mine");
          read();
        };

    runner.run(claimed());

    assertThat(look(turn).text()).isEqualTo("Mine");
  }

  @Test
  void beat_stopsWhatSomebodyElseHasNow() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          time.advance(Duration.ofSeconds(4));
          assertThat(others.reclaim(1)).hasSize(1);
          heartbeat.beat();
          read();
        };

    runner.run(claimed());

    assertThat(interrupted).isTrue();
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.RUNNING);
    assertThat(types()).endsWith("2-1 text");
    assertThat(noJobs()).isFalse();
  }

  @Test
  void beat_stopsAQuietAttemptWhoseTurnWasEnded() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          turns.finish(new Ending.Cancel(turn, "owner", null));
          completion.complete(turn);
          heartbeat.beat();
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          time.advance(Duration.ofSeconds(1));
          heartbeat.beat();
          read();
        };

    runner.run(claimed());

    assertThat(interrupted).isTrue();
    assertThat(types()).endsWith("5-0 cancel");
  }

  @Test
  void check_stopsAtOnceWhatWasEnded() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          turns.finish(new Ending.Cancel(turn, "owner", null));
          completion.complete(turn);
          heartbeat.check(turn);
          read();
        };

    runner.run(claimed());

    assertThat(interrupted).isTrue();
  }

  @Test
  void check_ofAnotherTurnStopsNothing() {
    submit("Hello");
    script =
        sink -> {
          heartbeat.check(TurnId.make());
          sink.text("Mine");
          read();
        };

    runner.run(claimed());

    assertThat(types()).endsWith("5-0 end");
  }

  @Test
  void beat_sendsAgainWhatAQuietStreamLost() {
    submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          streams.flush();
          time.advance(Duration.ofSeconds(1));
          heartbeat.beat();
          assertThat(types()).containsExactly("1-0 user", "2-0 start", "2-1 text");
          read();
        };

    runner.run(claimed());

    assertThat(types()).endsWith("2-2 done", "5-0 end");
  }

  @Test
  void beat_goesOnWithoutItsJobAndWithTheOneItIsGiven() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          jobStreams.flush();
          heartbeat.beat();
          queue(turn);
          ClaimedJob second = others.claim(1, Duration.ZERO).getFirst();
          others.give(second.id(), "w1");
          time.advance(Duration.ofSeconds(3));
          heartbeat.beat();
          heartbeat.beat();
          time.advance(Duration.ofSeconds(3));
          assertThat(others.reclaim(1)).isEmpty();
          sink.text("and for all");
          read();
        };

    runner.run(claimed());

    assertThat(look(turn).text()).isEqualTo("Once and for all");
    assertThat(look(turn).view().attempts()).hasSize(1);
    assertThat(noJobs()).isTrue();
  }

  @Test
  void beat_stopsWhatHasNoJobAndIsntItsTurnsAttemptAnyMore() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          jobStreams.flush();
          streams.flush();
          turns.finish(new Ending.Cancel(turn, "owner", null));
          heartbeat.beat();
          read();
        };

    runner.run(claimed());

    assertThat(interrupted).isTrue();
  }

  @Test
  void beat_withNothingInHandAsksNothing() {
    heartbeat.beat();

    assertThat(heartbeat.lastBeatNanos()).isEqualTo(time.nanos());
  }
}
