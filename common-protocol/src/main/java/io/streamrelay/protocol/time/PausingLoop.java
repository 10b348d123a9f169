package io.streamrelay.protocol.time;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a round again and again on a thread of its own, at once and then after a pause each; a round
 * that throws is logged, and the next one comes after the same pause. Waits on the machine's own
 * time: a simulation runs the rounds itself. Thread-safe.
 */
public final class PausingLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PausingLoop.class);
  private static final Duration LAST_ROUND = Duration.ofSeconds(1);

  private final Duration pause;
  private final Runnable round;
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param name of its thread, and in the log
   * @param pause between the end of a round and the next
   * @param round bounded in time; an interrupt means that the loop ends
   */
  public PausingLoop(String name, Duration pause, Runnable round) {
    this.pause = pause;
    this.round = round;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Begins. To be called once. */
  public void start() {
    thread.start();
  }

  /** No more rounds; the one under way is interrupted, not waited for. A round may call it too. */
  public void stop() {
    stopping = true;
    thread.interrupt();
  }

  /** Stops, and waits for the round under way, a second at most. */
  @Override
  public void close() throws InterruptedException {
    stop();
    if (thread.getState() != Thread.State.NEW) {
      thread.join(LAST_ROUND);
    }
  }

  private void run() {
    try {
      while (!stopping) {
        runRound();
        Thread.interrupted(); // whoever isn't stopped waits, whatever the round left behind
        if (!stopping) {
          Thread.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was stopped", thread.getName());
    }
  }

  private void runRound() {
    try {
      round.run();
    } catch (RuntimeException e) {
      LOG.error("{} failed; it goes on", thread.getName(), e);
    }
  }
}
