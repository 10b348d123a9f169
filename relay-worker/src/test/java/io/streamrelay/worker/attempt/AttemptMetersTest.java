package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.ModelProperties.Target;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is counted of turns on their way through a worker. */
class AttemptMetersTest extends RunnerScene {
  private double attempts(AttemptOutcome outcome) {
    return registry.counter("relay.attempts", "outcome", outcome.wire()).count();
  }

  private double turns(String outcome) {
    return registry.counter("relay.turns", "outcome", outcome, "model", "other").count();
  }

  private double firstChunkMillis(String part) {
    Timer timer = registry.get("relay.turn.first.chunk").tag("part", part).timer();
    assertThat(timer.count()).isOne();
    return timer.totalTime(TimeUnit.MILLISECONDS);
  }

  @Test
  void turn_isCountedOnItsWay() {
    submit("Hello");
    time.advance(Duration.ofSeconds(3));
    waited = List.of(Duration.ofMillis(500));
    script =
        sink -> {
          time.advance(Duration.ofMillis(700));
          sink.text("Once ");
          time.advance(Duration.ofSeconds(2));
        };

    runner.run(claimed());

    assertThat(attempts(AttemptOutcome.FINISHED)).isOne();
    assertThat(turns("ended")).isOne();
    assertThat(firstChunkMillis("relay")).isEqualTo(3200);
    assertThat(firstChunkMillis("provider")).isEqualTo(500);
    Timer queued = registry.get("relay.queue.wait").tag("lane", "interactive").timer();
    assertThat(queued.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(3000);
    Timer took = registry.get("relay.turn.duration").tag("lane", "interactive").timer();
    assertThat(took.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5700);
    assertThat(registry.get("relay.save.duration").timer().count()).isOne();
    assertThat(registry.get("relay.saves.waiting").gauge().value()).isZero();
  }

  @Test
  void failedTries_countAsTimeOfProvidersToo() {
    submit("Hello");
    waited = List.of(Duration.ofMillis(40), Duration.ofMillis(60));
    script =
        sink -> {
          time.advance(Duration.ofMillis(90));
          sink.text("Once ");
        };

    runner.run(claimed());

    assertThat(firstChunkMillis("provider")).isEqualTo(100);
    assertThat(firstChunkMillis("relay")).isZero();
  }

  @Test
  void laterAttempts_areNotTimed() {
    submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "broke off");
        };

    runner.run(claimed());
    script = sink -> sink.text("Twice");
    runner.run(jobs.reclaim(1).getFirst());

    assertThat(attempts(AttemptOutcome.AGAIN)).isOne();
    assertThat(attempts(AttemptOutcome.FINISHED)).isOne();
    assertThat(registry.get("relay.takeovers").counter().count()).isOne();
    assertThat(firstChunkMillis("relay")).isGreaterThanOrEqualTo(0);
  }

  @Test
  void putOffAndFencedAttempts_areCountedAsSuch() {
    submit("Hello");
    script =
        sink -> {
          throw new ProviderException(
              FailureCode.PROVIDER_RATE_LIMITED, "later", Duration.ofSeconds(30), null);
        };
    runner.run(claimed());
    assertThat(attempts(AttemptOutcome.PUT_OFF)).isOne();

    time.advance(Duration.ofSeconds(31));
    var turn = turns.due(Duration.ZERO, 1).getFirst().turn();
    queue(turn);
    script = sink -> turns.finish(new Ending.Cancel(turn, "owner", null));
    runner.run(claimed());

    assertThat(attempts(AttemptOutcome.FENCED)).isOne();
    assertThat(turns("ended")).isZero();
  }

  @Test
  void series_stayTheSameWhateverIsAskedFor() {
    SimpleMeterRegistry fresh = new SimpleMeterRegistry();
    Model model =
        new Model(
            "gpt-*",
            Map.of(Target.ONLY, Target.of("demo/x")),
            List.of(),
            null,
            40,
            null,
            null,
            null,
            null,
            Takeover.RESTART);
    ModelNames names = ModelNames.of(new ModelProperties(Map.of("gpt", model), true));
    AttemptMeters counts = new AttemptMeters(fresh, ModelLabels.of(names));
    int before = fresh.getMeters().size();

    for (int i = 0; i < 10_000; i++) {
      counts.claimed(i % 2 == 0, Lane.BATCH, Duration.ofMillis(i));
      counts.over(AttemptOutcome.values()[i % AttemptOutcome.values().length]);
      counts.firstChunk(Duration.ofMillis(i), Duration.ofMillis(i / 2));
      counts.ended(
          FailureCode.values()[i % FailureCode.values().length].wire(), "gpt-" + UUID.randomUUID());
      counts.ended("ended", UUID.randomUUID().toString());
      counts.turnTook(Lane.INTERACTIVE, Duration.ofMillis(i));
    }

    assertThat(fresh.getMeters()).hasSize(before);
  }
}
