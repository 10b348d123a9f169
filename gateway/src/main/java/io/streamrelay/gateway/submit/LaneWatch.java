package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.job.LaneDepths;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.PausingLoop;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many jobs wait and whether Redis takes more, looked at a few times a second, so that no
 * submission asks for it; what this gateway queues is counted at once. Threads: its own looks, any
 * may ask.
 */
final class LaneWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** What was seen so long ago says nothing any more. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(5);

  private final JobQueue jobs;
  private final LaneDepths depths;
  private final Map<Lane, Arrivals> arrivals = new EnumMap<>(Lane.class);
  private final Time time;
  private final PausingLoop loop = new PausingLoop("lane-watch", INTERVAL, this::look);
  private volatile long seenNanos;
  private volatile boolean full;

  LaneWatch(JobQueue jobs, Time time) {
    this.jobs = jobs;
    this.depths = new LaneDepths(jobs);
    this.time = time;
    for (Lane lane : Lane.values()) {
      arrivals.put(lane, new Arrivals());
    }
    this.seenNanos = time.nanos();
  }

  void start() {
    loop.start();
  }

  private void look() {
    Map<Lane, Long> before = new EnumMap<>(Lane.class);
    arrivals.forEach((lane, arrived) -> before.put(lane, arrived.queued()));
    full = lookForRoom();
    boolean counted = depths.look();
    if (counted) {
      before.forEach((lane, count) -> arrivals(lane).seen(count));
    }
    if (counted || full) { // a full Redis that was emptied can't count: it makes no group
      seenNanos = time.nanos();
    }
  }

  /** Also false if Redis doesn't say, as where its user may not ask. */
  private boolean lookForRoom() {
    try {
      return jobs.isFull();
    } catch (StoreUnavailableException e) {
      LOG.debug("room not looked for: {}", e.getMessage());
      return false;
    }
  }

  /**
   * Takes a place for a job, to be {@link #leave left}, if fewer than {@code most} wait. Others'
   * jobs are as of a moment ago. Where that isn't known there is always one: without Redis
   * submissions are accepted as ever, and queued by the sweeper.
   */
  boolean enter(Lane lane, long most) {
    return isKnown()
        ? arrivals(lane).enter(depths.depth(lane).waiting(), most)
        : arrivals(lane).enter(0, Long.MAX_VALUE);
  }

  /**
   * @param asJob whether a job was queued
   */
  void leave(Lane lane, boolean asJob) {
    arrivals(lane).leave(asJob);
  }

  /** Whether Redis was at its memory limit a moment ago: what is accepted couldn't be queued. */
  boolean isFull() {
    return full && isKnown();
  }

  private boolean isKnown() {
    return time.nanos() - seenNanos <= GOOD_FOR.toNanos();
  }

  private Arrivals arrivals(Lane lane) {
    return Objects.requireNonNull(arrivals.get(lane)); // one for each
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
  }
}
