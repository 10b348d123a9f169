package io.streamrelay.benchmarks.load;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows how far something has come: on a terminal one line that changes, else a line every ten
 * seconds.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final int SAMPLES_PER_SECOND = 4;
  private static final int PLAIN_SECONDS = 10;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Supplier<String> line;
  private final PrintStream out;
  private final boolean terminal = System.console() != null && System.console().isTerminal();
  private int samples;

  /**
   * @param title shown once, at the beginning
   * @param line how far it is; asked for four times a second, by a thread of this one's own
   */
  public Progress(String title, Supplier<String> line, PrintStream out) {
    this.line = line;
    this.out = out;
    out.println(title);
    long period = 1000 / SAMPLES_PER_SECOND;
    clock.scheduleAtFixedRate(this::sample, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * A bar to begin a line with.
   *
   * @param part that is done, 0 to 1
   */
  public static String bar(double part) {
    int done = (int) (WIDTH * Math.clamp(part, 0, 1));
    return "[" + "#".repeat(done) + ".".repeat(WIDTH - done) + "]";
  }

  private void sample() {
    String now = line.get();
    samples++;
    if (terminal) {
      out.print("\r" + now);
      out.flush();
    } else if (samples % (PLAIN_SECONDS * SAMPLES_PER_SECOND) == 0) {
      out.println(now);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (terminal) {
      out.println("\r" + line.get());
    }
  }
}
