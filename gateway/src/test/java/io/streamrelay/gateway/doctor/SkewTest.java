package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0, OK",
    "1100, OK",
    "1500, WARN",
    "-1500, OK",
    "-2500, WARN",
    "5300, FAIL",
    "-6300, FAIL"
  })
  void judge_countsWhatTheWayAndTheGrainDontExplain(long offsetMillis, Level level) {
    Findings findings = new Findings();

    Skew.judge(
        findings,
        "its",
        NOW,
        NOW.plusMillis(200),
        NOW.plusMillis(offsetMillis),
        Duration.ofSeconds(1));

    Examined.of(findings).has(level, "clock", "its clock");
  }

  @Test
  void judge_saysWhichIsBehind() {
    Findings findings = new Findings();

    Skew.judge(findings, "its", NOW, NOW, NOW.minusSeconds(8), Duration.ZERO);

    assertThat(findings.all().getFirst().fact())
        .isEqualTo("its clock is 8.0 s behind this machine's");
  }
}
