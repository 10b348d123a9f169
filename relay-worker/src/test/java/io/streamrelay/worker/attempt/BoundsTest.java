package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a turn's time and output end at, whatever its provider does. */
class BoundsTest extends RunnerScene {
  private static final int MOST_CHARS = 1_048_576;
  private static final int MOST_ENTRIES = 20_000;

  @Test
  void deadline_whileTheProviderSpeaksKeepsWhatItSaid() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          time.advance(Duration.ofMinutes(10));
          throw new ProviderException(FailureCode.PROVIDER_TIMEOUT, "cut by the deadline");
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(look(turn).text()).isEqualTo("Once ");
    assertThat(noJobs()).isTrue();
  }

  @Test
  void deadline_whileTheTurnIsInTheQueueEndsItUnrun() {
    TurnId turn = submit("Hello");
    time.advance(Duration.ofMinutes(10).minusSeconds(1));

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(asked).isEmpty();
    assertThat(entries().getLast().event().type()).isEqualTo("error");
    assertThat(jobStreams.dead()).as("late, not dead").isEmpty();
  }

  @Test
  void output_endsAtItsCharacters() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          for (int i = 0; i < 1025; i++) {
            sink.text("x".repeat(1024));
          }
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.OUTPUT_LIMIT);
    assertThat(look(turn).text()).hasSize(MOST_CHARS);
    assertThat(look(turn).attempt()).as("not tried again").isEqualTo(1);
  }

  @Test
  void output_endsAtItsEntries() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          for (int i = 0; i < MOST_ENTRIES + 10; i++) {
            sink.text("x");
          }
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.OUTPUT_LIMIT);
    assertThat(look(turn).last().seq() + 1)
        .as("entries of the attempt that clients see")
        .isBetween(MOST_ENTRIES - 5, MOST_ENTRIES);
    assertThat(look(turn).text()).hasSize(look(turn).last().seq());
  }
}
