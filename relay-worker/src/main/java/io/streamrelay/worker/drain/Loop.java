package io.streamrelay.worker.drain;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task again and again on a thread of its own, with a pause between; a task that throws is
 * logged and runs again after the same pause. Thread-safe.
 */
final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final String name;
  private final Duration pause;
  private final Runnable task;
  private final Thread thread;
  private volatile boolean stopping;

  Loop(String name, Duration pause, Runnable task) {
    this.name = name;
    this.pause = pause;
    this.task = task;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends it after the run under way. */
  void stop() {
    stopping = true;
    thread.interrupt();
  }

  /** Whether it ended within {@code atMost}. */
  boolean join(Duration atMost) throws InterruptedException {
    return thread.join(atMost);
  }

  private void run() {
    while (!stopping) {
      try {
        runOnce();
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        // told to stop: the condition is looked at
      }
    }
  }

  private void runOnce() {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("{} failed; it goes on", name, e);
    }
  }
}
