package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final Duration SLACK = Duration.ofSeconds(1);

  /** Also where the clock's nanoseconds overflow. */
  private long now = Long.MAX_VALUE - MINUTE;

  /** Somebody who always comes at once, and waits no longer than told. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 60, 500, 6000})
  void noMinuteHasMore(int perMinute) {
    Pace pace = new Pace(perMinute, SLACK, now);
    List<Long> times = new ArrayList<>();
    long began = now;
    while (now - began < 5 * MINUTE) {
      now += pace.waitNanos(now);
      pace.take(1, now);
      times.add(now - began);
    }

    int atOnce = perMinute / 60 + 1;
    for (int i = perMinute + atOnce; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - perMinute - atOnce)).isGreaterThan(MINUTE - SECOND);
    }
    assertThat(times.size()).as("and no less").isBetween(5 * perMinute, 5 * perMinute + atOnce + 1);
    assertThat(times.stream().filter(time -> time < SECOND).count())
        .as("nothing bursts")
        .isLessThanOrEqualTo(2L * perMinute / 60 + 1);
  }

  @Test
  void silenceSavesNothingUp() {
    Pace pace = new Pace(60, SLACK, now);
    now += 10 * MINUTE;

    pace.take(1, now);
    pace.take(1, now);

    assertThat(pace.waitNanos(now)).isEqualTo(SECOND);
  }

  @Test
  void whoTakesWaitsForThoseBefore() {
    Pace pace = new Pace(60, SLACK, now);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waits.add(pace.waitNanos(now));
      pace.take(1, now);
    }

    assertThat(waits).containsExactly(0L, 0L, SECOND, 2 * SECOND, 3 * SECOND);
  }

  @Test
  void turnAway_letsThemComeBackOneAfterTheOther() {
    Pace pace = new Pace(60, SLACK, now);
    for (int i = 0; i < 5; i++) {
      pace.take(1, now);
    }
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      told.add(pace.turnAwayNanos(1, now));
    }

    assertThat(told).startsWith(4 * SECOND, 5 * SECOND, 6 * SECOND);
    assertThat(told.getLast()).as("but no long queue is made").isEqualTo(30 * SECOND);
    assertThat(pace.waitNanos(now)).as("nothing is taken").isEqualTo(4 * SECOND);
    now += MINUTE;
    assertThat(pace.turnAwayNanos(1, now)).as("forgotten").isZero();
  }

  @Test
  void turnAway_isNeverBeforeThereIsRoom() {
    Pace pace = new Pace(60, SLACK, now);
    pace.take(60, now);

    assertThat(pace.turnAwayNanos(1, now)).isEqualTo(59 * SECOND);
  }

  @Test
  void aLargeAmountIsLetThroughAndWorkedOff() {
    Pace pace = new Pace(60, SLACK, now);

    assertThat(pace.counted(1000)).isEqualTo(60);
    pace.take(60, now);

    assertThat(pace.waitNanos(now)).isEqualTo(59 * SECOND);
    assertThat(pace.waitNanos(now + MINUTE)).isZero();
  }

  @Test
  void correct_owesWhatWasMoreAndGivesBackWhatWasLess() {
    Pace pace = new Pace(60, SLACK, now);
    pace.take(30, now);

    pace.correct(30, 10, now);
    assertThat(pace.waitNanos(now)).isEqualTo(9 * SECOND);
    pace.correct(10, 20, now);
    assertThat(pace.waitNanos(now)).isEqualTo(19 * SECOND);
    pace.correct(20, 0, now);
    assertThat(pace.waitNanos(now)).isZero();
  }

  @Test
  void correct_lateIsOwedFromThenOn() {
    Pace pace = new Pace(60, SLACK, now);
    pace.take(1, now);
    now += 5 * MINUTE;

    pace.correct(1, 31, now);

    assertThat(pace.waitNanos(now)).isEqualTo(29 * SECOND);
  }

  @Test
  void correct_nonsenseIsOwedForTenMinutesAtMost() {
    Pace pace = new Pace(60, SLACK, now);

    pace.correct(0, Long.MAX_VALUE, now);
    pace.correct(0, Long.MAX_VALUE, now);

    assertThat(pace.waitNanos(now)).isEqualTo(10 * MINUTE - SECOND);
  }
}
