package io.streamrelay.protocol.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request that something happens to: the next one with a text in it. Thread-safe. */
public final class Failpoint {
  enum Deed {
    HOLD,
    LOSE_REPLY
  }

  private final String text;
  private final Deed deed;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  Failpoint(String text, Deed deed) {
    this.text = text;
    this.deed = deed;
  }

  /** Blocks until it happened; throws after {@code atMost}. */
  public void await(Duration atMost) throws InterruptedException {
    if (!reached.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("no request with '" + text + "' within " + atMost);
    }
  }

  public boolean isReached() {
    return reached.getCount() == 0;
  }

  /** A request that is held goes on. */
  public void release() {
    taken.set(true);
    released.countDown();
  }

  /** Whether this request, of all that have the text, is the one. */
  boolean takes(String request) {
    return !taken.get() && request.contains(text) && taken.compareAndSet(false, true);
  }

  Deed deed() {
    return deed;
  }

  void reached() {
    reached.countDown();
  }

  void hold() throws InterruptedException {
    reached.countDown();
    released.await();
  }
}
