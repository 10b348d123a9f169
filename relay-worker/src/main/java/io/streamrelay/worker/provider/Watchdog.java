package io.streamrelay.worker.provider;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections whose reader has waited too long or was interrupted: a thread blocked in a
 * socket notices neither by itself (a virtual one notices the interruption). One thread looks at
 * all of them every 50 ms, so that waiting costs the readers no timer.
 *
 * <p>Thread-safe.
 */
public final class Watchdog implements AutoCloseable {
  private static final long PERIOD_MILLIS = 50;
  private static final long NOT_WAITING = Long.MIN_VALUE;

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("provider-watchdog").factory());

  public Watchdog() {
    timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Watches over the calling thread until the watch is closed. */
  Watch watch(Runnable closeConnection) {
    Watch watch = new Watch(Thread.currentThread(), closeConnection);
    watches.add(watch);
    return watch;
  }

  private void look() {
    long now = System.nanoTime();
    for (Watch watch : watches) {
      watch.look(now);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Threads: the reader arms and disarms, the watchdog's looks. */
  final class Watch implements AutoCloseable {
    private final Thread reader;
    private final Runnable closeConnection;
    private volatile long untilNanos = NOT_WAITING;
    private volatile boolean expired;

    private Watch(Thread reader, Runnable closeConnection) {
      this.reader = reader;
      this.closeConnection = closeConnection;
    }

    /** The reader waits from now on, at most until this {@link System#nanoTime()}. */
    void arm(long until) {
      untilNanos = until;
    }

    /** The reader waits no more. */
    void disarm() {
      untilNanos = NOT_WAITING;
    }

    /** Whether the connection was closed because the time was over. */
    boolean expired() {
      return expired;
    }

    private void look(long now) {
      long until = untilNanos;
      if (until != NOT_WAITING && now - until >= 0) {
        expired = true;
        closeConnection.run();
      } else if (reader.isInterrupted()) {
        closeConnection.run();
      }
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }
}
