package io.streamrelay.worker.claim;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Permissions to run attempts: taken before a job is asked for, given back when unused or done.
 * Thread-safe.
 */
final class Slots {
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private int free; // guarded by lock
  private CompletableFuture<Void> freed = new CompletableFuture<>(); // guarded by lock

  Slots(int slots, Time time) {
    this.free = slots;
    this.time = time;
  }

  /**
   * Takes all that are free, at most {@code atMost}; waits for the first at most {@code wait}.
   * Answers 0 if there was none.
   */
  int take(int atMost, Duration wait) throws InterruptedException {
    int taken = take(atMost);
    if (taken == 0) {
      awaitFree(wait);
      taken = take(atMost);
    }
    return taken;
  }

  void giveBack(int count) {
    lock.lock();
    try {
      free += count;
      freed.complete(null);
      freed = new CompletableFuture<>();
    } finally {
      lock.unlock();
    }
  }

  private int take(int atMost) {
    lock.lock();
    try {
      int taken = Math.min(free, atMost);
      free -= taken;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void awaitFree(Duration wait) throws InterruptedException {
    CompletableFuture<Void> next;
    lock.lock();
    try {
      if (free > 0) {
        return;
      }
      next = freed;
    } finally {
      lock.unlock();
    }
    try {
      time.await(next, wait);
    } catch (TimeoutException e) {
      // none came free
    }
  }
}
