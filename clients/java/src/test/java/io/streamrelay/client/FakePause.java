package io.streamrelay.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Waits take no time, and are written down. Thread-safe. */
final class FakePause implements Pause {
  private final List<Duration> waits = new CopyOnWriteArrayList<>();

  @Override
  public void await(Duration time, CountDownLatch over) {
    waits.add(time);
  }

  List<Long> millis() {
    return waits.stream().map(Duration::toMillis).toList();
  }
}
