package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** Time that passes when a test says so. Not thread-safe. */
final class ManualTime implements Time {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nanos = 1_000_000_000L;
  private long made;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Task scheduled = new Task(nanos + delay.toNanos(), made++, task);
    tasks.add(scheduled);
    return () -> tasks.remove(scheduled);
  }

  /** Goes on to the next task within {@code most}; false if there is none until then. */
  boolean next(long until) {
    Task first = tasks.peek();
    if (first == null || first.at > until) {
      nanos = until;
      return false;
    }
    tasks.remove();
    nanos = Math.max(nanos, first.at);
    first.task.run();
    return true;
  }

  @Override
  public <T> T await(CompletableFuture<T> future, Duration atMost) {
    throw new UnsupportedOperationException("nothing here may wait");
  }

  @Override
  public void pause(Duration duration) {
    throw new UnsupportedOperationException("nothing here may wait");
  }

  private record Task(long at, long number, Runnable task) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}
