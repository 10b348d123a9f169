package io.streamrelay.simulation;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Simulated time as one host sees it. */
final class HostTime implements Time {
  private final Scheduler scheduler;
  private final Host host;

  HostTime(Scheduler scheduler, Host host) {
    this.scheduler = scheduler;
    this.host = host;
  }

  @Override
  public long nanos() {
    return scheduler.now();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return scheduler.after(delay, host, () -> host.start("timer", task))::cancel;
  }

  @Override
  public <T> T await(CompletableFuture<T> future, Duration atMost)
      throws InterruptedException, TimeoutException {
    if (!future.isDone()) {
      CompletableFuture<Void> over = new CompletableFuture<>();
      Scheduler.Event timeout = scheduler.after(atMost, host, () -> over.complete(null));
      future.whenComplete((value, failure) -> over.complete(null));
      park(over);
      timeout.cancel();
    }
    if (!future.isDone()) {
      throw new TimeoutException();
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  @Override
  public void pause(Duration duration) throws InterruptedException {
    CompletableFuture<Void> over = new CompletableFuture<>();
    Scheduler.Event end = scheduler.after(duration, host, () -> over.complete(null));
    try {
      park(over);
    } finally {
      end.cancel();
    }
  }

  private static void park(CompletableFuture<Void> over) throws InterruptedException {
    try {
      over.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed with a failure", e);
    }
  }
}
