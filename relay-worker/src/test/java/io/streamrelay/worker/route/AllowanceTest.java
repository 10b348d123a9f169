package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Tokens;
import io.streamrelay.worker.route.Allowance.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
  private static final long SECOND = 1_000_000_000L;

  private long now = 5;

  @Test
  void withoutLimitsNothingWaits() {
    Allowance allowance = new Allowance(Limits.NONE, now);

    for (int i = 0; i < 100_000; i++) {
      allowance.take(Allowance.estimate(request(1000)), now);
    }

    assertThat(allowance.waitNanos(now)).isZero();
  }

  @Test
  void theTighterOfBothCounts() {
    Allowance allowance = new Allowance(new Limits(60, 60), now);

    long reserved = allowance.take(Allowance.estimate(request(20)), now);

    assertThat(reserved).isEqualTo(20);
    assertThat(allowance.waitNanos(now)).as("20 s less the 6 at once").isEqualTo(14 * SECOND);
    allowance.settle(reserved, 1, now);
    assertThat(allowance.waitNanos(now)).isZero();
    allowance.take(Allowance.estimate(request(0)), now);
    allowance.take(Allowance.estimate(request(0)), now);
    assertThat(allowance.waitNanos(now)).as("three requests").isEqualTo(2 * SECOND);
  }

  @Test
  void giveBack_isAsIfNothingWasTaken() {
    Allowance allowance = new Allowance(new Limits(60, 60), now);
    allowance.take(Allowance.estimate(request(0)), now);

    for (int i = 0; i < 100; i++) {
      allowance.giveBack(allowance.take(Allowance.estimate(request(50)), now), now);
    }

    assertThat(allowance.waitNanos(now)).isZero();
  }

  @Test
  void aCallBeyondAMinutesTokensReservesAMinute() {
    Allowance allowance = new Allowance(new Limits(null, 60), now);

    assertThat(allowance.take(Allowance.estimate(request(5000)), now)).isEqualTo(60);
    assertThat(allowance.waitNanos(now)).isEqualTo(54 * SECOND);
  }

  @Test
  void estimate_countsAllThatIsSentAndWhatMayBeAnswered() {
    ProviderRequest request =
        new ProviderRequest(
            "m",
            List.of(
                new Utterance(Role.SYSTEM, List.of(new Part.Text("x".repeat(40)))),
                new Utterance(
                    Role.USER,
                    List.of(
                        new Part.Text("x".repeat(80)),
                        new Part.Image(null, "image/png", "x".repeat(1_000_000)))),
                new Utterance(
                    Role.ASSISTANT, List.of(new Part.ToolCall(0, "id", "name", "x".repeat(36)))),
                new Utterance(
                    Role.TOOL,
                    List.of(
                        new Part.ToolResult("id", List.of(new Part.Text("x".repeat(40))), false)))),
            new Parameters(null, null, 500, null, null, null),
            new Tools(List.of(new Tools.Tool("name", null, "x".repeat(36))), null, null),
            null,
            0,
            1);

    assertThat(Allowance.estimate(request)).isEqualTo(Tokens.of(request) + 500);
  }

  @Test
  void used_isTheTotalElseTheSum() {
    assertThat(Allowance.used(null)).isNull();
    assertThat(Allowance.used(new Usage(null, null, null, 4L, null))).isNull();
    assertThat(Allowance.used(new Usage(3L, 2L, 9L, null, null))).isEqualTo(9);
    assertThat(Allowance.used(new Usage(3L, 2L, null, null, null))).isEqualTo(5);
    assertThat(Allowance.used(new Usage(3L, null, null, null, null))).isEqualTo(3);
    assertThat(Allowance.used(new Usage(null, null, -7L, null, null))).isZero();
  }

  private static ProviderRequest request(int maxTokens) {
    return new ProviderRequest(
        "m", List.of(), new Parameters(null, null, maxTokens, null, null, null), 0, 1);
  }
}
