package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.job.LaneDepths;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many jobs wait, looked at a few times a second, so that no submission asks for it. Threads:
 * its own virtual one looks, any may ask.
 */
final class LaneWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** What was seen so long ago says nothing any more. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(5);

  private final LaneDepths depths;
  private final Time time;
  private final Thread thread = Thread.ofVirtual().name("lane-watch").unstarted(this::run);
  private volatile long seenNanos;

  LaneWatch(LaneDepths depths, Time time) {
    this.depths = depths;
    this.time = time;
    this.seenNanos = time.nanos();
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        time.pause(INTERVAL);
      }
    } catch (InterruptedException e) {
      LOG.debug("stopped watching lanes");
    }
  }

  private void look() {
    try {
      if (depths.look()) {
        seenNanos = time.nanos();
      }
    } catch (RuntimeException e) {
      LOG.error("lanes weren't looked at", e); // and are next time
    }
  }

  /**
   * As of a moment ago; 0 if that isn't known: without Redis submissions are accepted as ever, and
   * queued by the sweeper.
   */
  long waiting(Lane lane) {
    return time.nanos() - seenNanos > GOOD_FOR.toNanos() ? 0 : depths.depth(lane).waiting();
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(Duration.ofSeconds(1));
  }
}
