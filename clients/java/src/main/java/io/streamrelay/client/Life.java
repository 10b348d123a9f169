package io.streamrelay.client;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Of one call or one reading, over all its connections. Thread-safe: one thread lives it, any may
 * end it.
 */
final class Life {
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<@Nullable Runnable> connection = new AtomicReference<>();
  private final Set<Life> all;

  private Life(Set<Life> all) {
    this.all = all;
  }

  /**
   * @param all it is one of them until it ends; concurrent
   */
  static Life begin(Set<Life> all) {
    Life life = new Life(all);
    all.add(life);
    return life;
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  /** Counts down to 0 when it ends. */
  CountDownLatch over() {
    return over;
  }

  /**
   * @param abort closes the connection that it has from now on; run once it ends, at once if it has
   */
  void holds(Runnable abort) {
    connection.set(abort);
    if (isOver()) {
      letGo();
    }
  }

  /** Closes the connection that it has. */
  void letGo() {
    Runnable abort = connection.getAndSet(null);
    if (abort != null) {
      abort.run();
    }
  }

  void end() {
    over.countDown();
    all.remove(this);
    letGo();
  }
}
