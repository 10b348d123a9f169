package io.streamrelay.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** How waits before another try pass; the seam at which tests' time takes over. Thread-safe. */
interface Pause {
  /** Blocks for so long, or until {@code over} is down. */
  void await(Duration time, CountDownLatch over) throws InterruptedException;
}
