package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Time that passes when the test says so, or while somebody waits. Not thread-safe. */
public final class ManualTime implements Time {
  private record Task(long atNanos, long number, Runnable task) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparing(Task::atNanos).thenComparing(Task::number));
  private long nanos = 1_000_000_000_000L;
  private long count;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Task scheduled = new Task(nanos + delay.toNanos(), count++, task);
    tasks.add(scheduled);
    return () -> tasks.remove(scheduled);
  }

  /** Lets time pass and runs what falls due, each at its moment. */
  public void advance(Duration duration) {
    long until = nanos + duration.toNanos();
    while (!tasks.isEmpty() && tasks.peek().atNanos() <= until) {
      runNext();
    }
    nanos = until;
  }

  @Override
  public <T> T await(CompletableFuture<T> future, Duration atMost)
      throws InterruptedException, TimeoutException {
    long until = nanos + atMost.toNanos();
    while (!future.isDone()) {
      if (tasks.isEmpty() || tasks.peek().atNanos() > until) {
        nanos = until;
        throw new TimeoutException();
      }
      runNext();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  @Override
  public void pause(Duration duration) {
    advance(duration);
  }

  private void runNext() {
    Task next = tasks.remove();
    nanos = Math.max(nanos, next.atNanos());
    next.task().run();
  }
}
