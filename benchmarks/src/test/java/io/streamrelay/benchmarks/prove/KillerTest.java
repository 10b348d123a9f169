package io.streamrelay.benchmarks.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KillerTest {
  private final ProofTally tally = new ProofTally();

  @Test
  void run_strikesAgainOnlyWhenTheDeploymentHasRecovered() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (Killer killer =
        new Killer(
            new Victim.Command("true"),
            Duration.ofMillis(20),
            new SplittableRandom(1),
            since -> asked.incrementAndGet() > 2,
            tally)) {
      await().until(() -> tally.kills.sum() >= 2);
    }

    assertThat(asked).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void run_tellsWhatCameToNothing() throws Exception {
    try (Killer killer =
        new Killer(
            new Victim.Command("exit 1"),
            Duration.ofMillis(20),
            new SplittableRandom(1),
            since -> true,
            tally)) {
      await().until(() -> !tally.reasons().isEmpty());
    }

    assertThat(tally.kills.sum()).isZero();
    assertThat(tally.reasons()).containsKey("not killed: the kill command ended with 1");
  }
}
