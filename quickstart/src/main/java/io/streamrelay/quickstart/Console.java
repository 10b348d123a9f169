package io.streamrelay.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the user sees: one line per step, with the time it took. Thread-safe. */
final class Console {
  private static final Duration PACE = Duration.ofSeconds(10);

  private final PrintStream out;
  private final Duration pace;

  Console(PrintStream out) {
    this(out, PACE);
  }

  /**
   * @param pace how often a step that takes long says how long already
   */
  Console(PrintStream out, Duration pace) {
    this.out = out;
    this.pace = pace;
  }

  synchronized void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Says what begins, does it, says now and then that it goes on, says how long it took. */
  <T> T step(String what, Supplier<T> step) {
    print(what + " … ");
    long started = System.nanoTime();
    CountDownLatch over = new CountDownLatch(1);
    Thread.ofVirtual().name("progress").start(() -> tick(started, over));
    boolean done = false;
    try {
      T result = step.get();
      done = true;
      return result;
    } finally {
      end(over, done ? since(started) : "failed");
    }
  }

  private void tick(long started, CountDownLatch over) {
    try {
      while (!over.await(pace.toNanos(), TimeUnit.NANOSECONDS)) {
        goOn(over, since(started) + " … ");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does; the step itself says the rest
    }
  }

  /** One lock with {@link #end}: nothing more is said of a step that is over. */
  private synchronized void goOn(CountDownLatch over, String text) {
    if (over.getCount() > 0) {
      print(text);
    }
  }

  private synchronized void end(CountDownLatch over, String text) {
    over.countDown();
    line(text);
  }

  void step(String what, Runnable step) {
    step(
        what,
        () -> {
          step.run();
          return what;
        });
  }

  private synchronized void print(String text) {
    out.print(text);
    out.flush();
  }

  private static String since(long started) {
    return seconds(Duration.ofNanos(System.nanoTime() - started));
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
