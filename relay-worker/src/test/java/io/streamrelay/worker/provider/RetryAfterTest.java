package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

  @Test
  void parse_takesSecondsAndDates() {
    assertThat(RetryAfter.parse("1", NOW)).isEqualTo(Duration.ofSeconds(1));
    assertThat(RetryAfter.parse(" 0.5 ", NOW)).isEqualTo(Duration.ofMillis(500));
    assertThat(RetryAfter.parse("Fri, 20 Nov 2026 10:00:30 GMT", NOW))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(RetryAfter.parse("Fri, 20 Nov 2026 09:00:00 GMT", NOW)).isEqualTo(Duration.ZERO);
  }

  @Test
  void parse_capsAtTenMinutes() {
    assertThat(RetryAfter.parse("86400", NOW)).isEqualTo(Duration.ofMinutes(10));
    assertThat(RetryAfter.parse("9".repeat(39), NOW)).isEqualTo(Duration.ofMinutes(10));
    assertThat(RetryAfter.parse("Sat, 21 Nov 2026 10:00:30 GMT", NOW))
        .isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void of_takesMillisecondsBeforeTheOther() {
    assertThat(RetryAfter.of("1500", "30")).isEqualTo("1.500");
    assertThat(RetryAfter.parse(RetryAfter.of(" 250.5 ", null), NOW))
        .isEqualTo(Duration.ofMillis(251));
    assertThat(RetryAfter.parse(RetryAfter.of("0", "30"), NOW)).isEqualTo(Duration.ZERO);
    assertThat(RetryAfter.parse(RetryAfter.of("9".repeat(40), "30"), NOW))
        .isEqualTo(Duration.ofMinutes(10));
    for (String garbage :
        new String[] {null, "", " ", "soon", "-1", "1e9", "1.2.3", ".", "9".repeat(99)}) {
      assertThat(RetryAfter.of(garbage, "30")).as(garbage).isEqualTo("30");
      assertThat(RetryAfter.of(garbage, null)).as(garbage).isNull();
    }
  }

  @Test
  void parse_ignoresGarbage() {
    for (String header :
        new String[] {null, "", " ", "soon", "-1", "1e9", "1.2.3", "9".repeat(99)}) {
      assertThat(RetryAfter.parse(header, NOW)).as(header).isNull();
    }
  }
}
