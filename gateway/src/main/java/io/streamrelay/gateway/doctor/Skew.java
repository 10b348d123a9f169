package io.streamrelay.gateway.doctor;

import java.time.Duration;
import java.time.Instant;

/** How far another clock is from ours, as far as an answer can tell. */
final class Skew {
  private static final Duration MUCH = Duration.ofSeconds(1);
  private static final Duration TOO_MUCH = Duration.ofSeconds(5);
  private static final String ADVICE =
      "Run a time service (chrony, systemd-timesyncd) on both machines. No turn depends on it, but"
          + " times in logs, traces and answers don't fit together.";

  private Skew() {}

  /**
   * Judges a clock that was read between two readings of ours.
   *
   * @param whose in the words of a sentence
   * @param theirs what it said, rounded down
   * @param grain of what it said: up to so much later it may have been
   */
  static void judge(
      Findings findings,
      String whose,
      Instant before,
      Instant after,
      Instant theirs,
      Duration grain) {
    Duration skew = least(before, after, theirs, grain);
    Duration size = skew.abs();
    Level level =
        size.compareTo(TOO_MUCH) > 0
            ? Level.FAIL
            : size.compareTo(MUCH) > 0 ? Level.WARN : Level.OK;
    String fact =
        level == Level.OK
            ? whose + " clock and this machine's agree" + within(before, after, grain)
            : "%s clock is %.1f s %s this machine's"
                .formatted(
                    whose, size.toMillis() / 1000.0, skew.isNegative() ? "behind" : "ahead of");
    findings.add(level, "clock", fact, ADVICE);
  }

  private static String within(Instant before, Instant after, Duration grain) {
    long millis = Math.max(1, Duration.between(before, after).plus(grain).toMillis());
    return " within " + millis + " ms";
  }

  /** The least that explains the answer; negative: theirs is behind. */
  static Duration least(Instant before, Instant after, Instant theirs, Duration grain) {
    if (theirs.isAfter(after)) {
      return Duration.between(after, theirs);
    }
    Instant latest = theirs.plus(grain);
    return latest.isBefore(before) ? Duration.between(before, latest) : Duration.ZERO;
  }
}
