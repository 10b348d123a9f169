package io.streamrelay.gateway.dialect;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Sends away who reads from this gateway, a part at a time and each with a random time to come
 * back, so that the other gateways don't get all of them at once. Thread-safe.
 */
public final class Waves {
  private static final int COUNT = 10;
  private static final long RETRY_LEAST_MILLIS = 500;
  private static final long RETRY_MOST_MILLIS = 8000;
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Time time;
  private final RandomGenerator random;

  /**
   * @param random thread-safe
   */
  public Waves(Time time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  /** How somebody is sent away; must not wait. */
  @FunctionalInterface
  public interface Leave<C> {
    /**
     * @param retryMillis when to come back
     */
    void accept(C connection, long retryMillis);
  }

  /** When one of them may come back: after a random time. */
  public long retryMillis() {
    return random.nextLong(RETRY_LEAST_MILLIS, RETRY_MOST_MILLIS + 1);
  }

  /**
   * Sends away all that are open now, in waves over {@code spread}, and waits until they are gone,
   * for {@code rest} at most.
   *
   * @param open loses those that are gone; thread-safe
   * @throws InterruptedException leaves the remaining ones open
   */
  public <C> void drain(Collection<C> open, Duration spread, Duration rest, Leave<C> leave)
      throws InterruptedException {
    List<C> leaving = new ArrayList<>(open);
    Collections.shuffle(leaving, Random.from(random));
    for (int wave = 0; wave < COUNT && !leaving.isEmpty(); wave++) {
      for (int i = wave; i < leaving.size(); i += COUNT) {
        leave.accept(leaving.get(i), retryMillis());
      }
      if (wave < Math.min(COUNT, leaving.size()) - 1) {
        time.pause(spread.dividedBy(COUNT));
      }
    }
    long end = time.nanos() + rest.toNanos();
    while (!open.isEmpty() && time.nanos() - end < 0) {
      time.pause(LOOK);
    }
  }
}
