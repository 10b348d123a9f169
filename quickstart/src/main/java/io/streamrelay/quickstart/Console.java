package io.streamrelay.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** What the user sees: one line per step, with the time it took. Thread-safe. */
final class Console {
  private final PrintStream out;

  Console(PrintStream out) {
    this.out = out;
  }

  synchronized void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Says what begins, does it, says how long it took. */
  <T> T step(String what, Supplier<T> step) {
    print(what + " … ");
    long started = System.nanoTime();
    boolean done = false;
    try {
      T result = step.get();
      done = true;
      return result;
    } finally {
      line(done ? seconds(Duration.ofNanos(System.nanoTime() - started)) : "failed");
    }
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

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
