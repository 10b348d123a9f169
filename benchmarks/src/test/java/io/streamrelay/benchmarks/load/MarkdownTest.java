package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MarkdownTest {
  private static Report report(
      String label, double delay, long clockSteps, Report.@Nullable Millis refusal) {
    Report.Millis millis = new Report.Millis(delay, delay, delay * 10, delay * 20);
    return new Report(
        label,
        "demo-stamp-t200-i40-f200",
        50,
        10,
        49,
        1,
        refusal == null ? 0 : 3,
        Map.of("provider_timeout", 1L),
        9_900,
        100,
        0,
        0,
        0,
        0,
        0,
        2,
        clockSteps,
        millis,
        millis,
        refusal,
        null,
        12.5,
        Map.of("gateway", 9.87, "all", 20.4),
        Map.of("gateway", 12.0),
        50,
        1.5);
  }

  @Test
  void of_showsWhatWasCounted() {
    String text = Markdown.of(List.of(report("relay", 0.5, 0, null)));

    assertThat(text)
        .startsWith("`demo-stamp-t200-i40-f200`, 50 streams, 10.00 per second")
        .contains("| | relay |\n|---|---|\n")
        .contains("| turns whole / failed / refused | 49 / 1 / 0 |")
        .contains("| lost / doubled or reordered / foreign | 100 / 0 / 0 |")
        .contains("| delay per token, ms: p99 | 5.00 |")
        .contains("| CPU per token, µs: gateway | 9.87 |")
        .contains("relay: 1 × provider_timeout")
        .contains("other programs kept 1.50 processors busy")
        .doesNotContain("ratio", "refusal", "takeover, ms", "clocks differ");
  }

  @Test
  void of_setsABaselineBesideIt() {
    String text =
        Markdown.of(List.of(report("relay", 0.5, 0, null), report("provider", 0.25, 7, null)));

    assertThat(text)
        .contains("| | relay | provider | ratio |")
        .contains("| delay per token, ms: p50 | 0.50 | 0.25 | 2.00 |")
        .contains("provider: 7 tokens arrived before they were said");
  }

  @Test
  void of_showsRefusalsIfThereAreAny() {
    Report.Millis refusal = new Report.Millis(1, 2, 3, 4);

    assertThat(Markdown.of(List.of(report("relay", 0.5, 0, refusal))))
        .contains("| time to a refusal, ms: p99 | 3.00 |");
  }
}
