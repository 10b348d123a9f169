package io.streamrelay.worker.route;

import java.time.Duration;

/**
 * So many a minute and no more, evenly: what is taken is worked off at that pace, and who comes too
 * early waits. Who takes has the place; nobody behind gets in before.
 *
 * <p>Not thread-safe: guarded by its owner. Times are of {@link System#nanoTime()}.
 */
final class Pace {
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  /** What may be owed at most, whatever a provider says that it counted. */
  private static final long MOST_OWED_NANOS = Duration.ofMinutes(10).toNanos();

  /** Whoever is turned away may go elsewhere and not come back: no long queue is made of them. */
  private static final long LONGEST_QUEUE_NANOS = Duration.ofSeconds(30).toNanos();

  private final int perMinute;
  private final long slackNanos;
  private long workedOffAt;
  private long queuedUntil;

  /**
   * @param perMinute at least 1
   * @param slack what this time works off may be taken at once
   */
  Pace(int perMinute, Duration slack, long now) {
    this.perMinute = perMinute;
    this.slackNanos = slack.toNanos();
    this.workedOffAt = now;
    this.queuedUntil = now;
  }

  /** How long who takes now has to wait; 0: not at all. */
  long waitNanos(long now) {
    return Math.max(0, workedOffAt - slackNanos - now);
  }

  /**
   * When who doesn't wait is to come back: behind those that were told so before, so that they
   * don't all come at once.
   */
  long turnAwayNanos(long amount, long now) {
    long longest = now + LONGEST_QUEUE_NANOS;
    long queued = queuedUntil - longest > 0 ? longest : queuedUntil;
    long at = later(now, later(workedOffAt - slackNanos, queued));
    queuedUntil = at + nanos(amount);
    return at - now;
  }

  /** What counts of an amount: no more than a minute's, or it would never be let through. */
  long counted(long amount) {
    return Math.min(amount, perMinute);
  }

  /** Takes an amount that counts. */
  void take(long amount, long now) {
    owe(nanos(amount), now);
  }

  /**
   * It was another amount than was taken.
   *
   * @param actual not negative
   */
  void correct(long taken, long actual, long now) {
    long more = nanos(actual) - nanos(taken);
    if (more > 0) {
      owe(more, now);
    } else {
      workedOffAt += more;
    }
  }

  private void owe(long nanos, long now) {
    long until = later(workedOffAt, now) + nanos;
    workedOffAt = until - now > MOST_OWED_NANOS ? now + MOST_OWED_NANOS : until;
  }

  private static long later(long one, long two) {
    return one - two > 0 ? one : two;
  }

  private long nanos(long amount) {
    double nanos = (double) amount * MINUTE_NANOS / perMinute;
    return Math.round(Math.min(nanos, MOST_OWED_NANOS));
  }
}
