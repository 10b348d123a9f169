package io.streamrelay.gateway.submit;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The jobs of one lane that come by this gateway and that the last look at the lane can't have
 * seen: being handed in, or queued since. Thread-safe, never blocks for long.
 */
final class Arrivals {
  private final ReentrantLock lock = new ReentrantLock();
  private long underWay; // guarded by lock
  private long queued; // guarded by lock

  /**
   * Takes a place, to be {@link #leave left}, if fewer than {@code most} are taken.
   *
   * @param seen jobs that waited at the last look
   */
  boolean enter(long seen, long most) {
    lock.lock();
    try {
      if (seen + underWay + queued >= most) {
        return false;
      }
      underWay++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param asJob whether a job was queued
   */
  void leave(boolean asJob) {
    lock.lock();
    try {
      underWay--;
      if (asJob) {
        queued++;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Queued since the last look; a look that begins now sees them. */
  long queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  /** So many were there at a look. */
  void seen(long count) {
    lock.lock();
    try {
      queued -= count;
    } finally {
      lock.unlock();
    }
  }
}
