package io.streamrelay.gateway.caller;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Goes on only when told to. Thread-safe. */
final class StoppedTime implements Time {
  private volatile long nanos = 1;

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T await(CompletableFuture<T> future, Duration atMost) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void pause(Duration duration) {
    throw new UnsupportedOperationException();
  }
}
