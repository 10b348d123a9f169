package io.streamrelay.worker.claim;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.worker.attempt.AttemptRunner;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Whether new work may be taken on. While Redis is full no job is claimed: Redis would still give
 * it, and its answer could not be streamed. While PostgreSQL is away one job at a time is, as a
 * probe. Thread-safe; one thread at a time asks.
 */
public final class ClaimGate implements AttemptRunner.Health {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Time time;
  private final BooleanSupplier isFull;
  private final AtomicLong fullUntilNanos;
  private final AtomicLong awayUntilNanos;
  private volatile boolean full;
  private volatile boolean postgresAway;

  /**
   * @param isFull asks Redis; throws {@link StoreUnavailableException} as any other question
   */
  public ClaimGate(Time time, BooleanSupplier isFull) {
    this.time = time;
    this.isFull = isFull;
    this.fullUntilNanos = new AtomicLong(time.nanos());
    this.awayUntilNanos = new AtomicLong(time.nanos());
  }

  /** Redis refused to grow: no claims until it would; asked once a second. */
  public void storeFull() {
    fullUntilNanos.set(time.nanos() + PAUSE.toNanos());
    full = true;
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
    if (full && !hasRoomAgain()) {
      return 0;
    }
    if (!postgresAway) {
      return free;
    }
    return time.nanos() - awayUntilNanos.get() < 0 ? 0 : Math.min(free, 1);
  }

  private boolean hasRoomAgain() {
    if (time.nanos() - fullUntilNanos.get() < 0) {
      return false;
    }
    fullUntilNanos.set(time.nanos() + PAUSE.toNanos());
    try {
      boolean stillFull = isFull.getAsBoolean();
      full = stillFull;
      return !stillFull;
    } catch (StoreUnavailableException e) {
      return false;
    }
  }
}
