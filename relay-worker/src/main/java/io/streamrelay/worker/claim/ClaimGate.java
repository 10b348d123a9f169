package io.streamrelay.worker.claim;

import io.streamrelay.protocol.time.Time;
import io.streamrelay.worker.attempt.AttemptRunner;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether new work may be taken on. While Redis is full no job is claimed: Redis would still give
 * it, and its answer could not be streamed. While PostgreSQL is away one job at a time is, as a
 * probe. Thread-safe.
 */
public final class ClaimGate implements AttemptRunner.Health {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Time time;
  private final AtomicLong fullUntilNanos;
  private final AtomicLong awayUntilNanos;
  private volatile boolean postgresAway;

  public ClaimGate(Time time) {
    this.time = time;
    this.fullUntilNanos = new AtomicLong(time.nanos());
    this.awayUntilNanos = new AtomicLong(time.nanos());
  }

  /** Redis refused to grow: no claims for a second. */
  public void storeFull() {
    fullUntilNanos.set(time.nanos() + PAUSE.toNanos());
  }

  @Override
  public void postgresAnswered() {
    postgresAway = false;
  }

  @Override
  public void postgresAway() {
    postgresAway = true;
    awayUntilNanos.set(time.nanos() + PAUSE.toNanos());
  }

  /** How many of the free slots may be used now. */
  int limit(int free) {
    if (time.nanos() - fullUntilNanos.get() < 0) {
      return 0;
    }
    if (!postgresAway) {
      return free;
    }
    return time.nanos() - awayUntilNanos.get() < 0 ? 0 : Math.min(free, 1);
  }
}
