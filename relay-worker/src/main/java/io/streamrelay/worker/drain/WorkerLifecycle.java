package io.streamrelay.worker.drain;

import io.streamrelay.protocol.time.PausingLoop;
import io.streamrelay.protocol.worker.WorkerState;
import io.streamrelay.worker.attempt.Attempt;
import io.streamrelay.worker.attempt.LiveAttempts;
import io.streamrelay.worker.attempt.StopReason;
import io.streamrelay.worker.claim.ClaimLoop;
import io.streamrelay.worker.claim.Heartbeat;
import io.streamrelay.worker.claim.WorkerProperties;
import io.streamrelay.worker.retention.Retention;
import io.streamrelay.worker.sweep.Sweeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the worker's loops once the stores are ready, and drains: stops claiming, lets running
 * turns go on for the grace time, hands the rest over.
 *
 * <p>Threads: one starts and stops; {@link #drain}, {@link #state} and {@link #isDraining} may come
 * from any.
 */
final class WorkerLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLifecycle.class);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  private final ClaimLoop claims;
  private final Heartbeat heartbeat;
  private final Sweeper sweeper;
  private final Retention retention;
  private final LiveAttempts live;
  private final WorkerProperties properties;
  private final BooleanSupplier storesReady;
  private final Thread claiming;
  private List<PausingLoop> loops = List.of();
  private final AtomicBoolean ordered = new AtomicBoolean();
  private volatile boolean draining;
  private volatile boolean left;

  /**
   * @param storesReady whether the schema is as expected and the stores answered
   */
  public WorkerLifecycle(
      ClaimLoop claims,
      Heartbeat heartbeat,
      Sweeper sweeper,
      Retention retention,
      LiveAttempts live,
      WorkerProperties properties,
      BooleanSupplier storesReady) {
    this.claims = claims;
    this.heartbeat = heartbeat;
    this.sweeper = sweeper;
    this.retention = retention;
    this.live = live;
    this.properties = properties;
    this.storesReady = storesReady;
    this.claiming = Thread.ofPlatform().daemon().name("claim").unstarted(this::claim);
  }

  public void start() {
    loops =
        List.of(
            new PausingLoop("heartbeat", properties.heartbeat(), heartbeat::beat),
            new PausingLoop("sweep", properties.sweepEvery(), () -> ifReady(sweeper::sweep)),
            new PausingLoop("retention", retention.every(), () -> ifReady(retention::pass)));
    loops.forEach(PausingLoop::start);
    claiming.start();
  }

  public boolean isDraining() {
    return draining;
  }

  public WorkerState state() {
    if (!draining) {
      return WorkerState.WORKING;
    }
    return left && live.size() == 0 ? WorkerState.DRAINED : WorkerState.DRAINING;
  }

  /**
   * Drains at an operator's word: takes no more jobs, and stays, idle and not ready, until it is
   * stopped. Returns at once; again, it changes nothing.
   */
  public void drain() {
    if (ordered.compareAndSet(false, true)) {
      Thread.ofVirtual().name("drain").start(this::leave);
    }
  }

  /** Drains and ends; returns within the grace time and a few seconds. */
  public void stop() {
    try {
      leave();
    } finally {
      claiming.interrupt();
      loops.forEach(PausingLoop::stop);
    }
  }

  private void leave() {
    draining = true;
    claims.stop();
    try {
      claiming.join(Duration.ofSeconds(3));
      LOG.info("draining: {} turns in hand", live.size());
      if (!awaitNone(properties.grace())) {
        live.all().forEach(WorkerLifecycle::handOver);
        awaitNone(HAND_OVER);
      }
      LOG.info("drained: {} turns left to their leases", live.size());
      left = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void handOver(Attempt attempt) {
    attempt.stop(StopReason.HANDED_OVER);
  }

  private boolean awaitNone(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (live.size() > 0 && System.nanoTime() - until < 0) {
      Thread.sleep(LOOK);
    }
    return live.size() == 0;
  }

  private void ifReady(Runnable task) {
    if (storesReady.getAsBoolean()) {
      task.run();
    }
  }

  private void claim() {
    try {
      while (!storesReady.getAsBoolean()) {
        if (draining) {
          return;
        }
        Thread.sleep(LOOK);
      }
      claims.run();
    } catch (InterruptedException e) {
      LOG.debug("claiming ended before the stores were ready");
    }
  }
}
