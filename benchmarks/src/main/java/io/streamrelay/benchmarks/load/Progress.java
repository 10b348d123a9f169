package io.streamrelay.benchmarks.load;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shows how far a load has come: on a terminal one line that changes, else a line every ten
 * seconds. Samples memory and open streams meanwhile.
 */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final int SAMPLES_PER_SECOND = 4;
  private static final int PLAIN_SECONDS = 10;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final AtomicLong mostOpen = new AtomicLong();
  private final Tally tally;
  private final Processes processes;
  private final int streams;
  private final PrintStream out;
  private final boolean terminal = System.console() != null && System.console().isTerminal();
  private int samples;

  Progress(String label, Plan plan, Tally tally, Processes processes, PrintStream out) {
    this.tally = tally;
    this.processes = processes;
    this.streams = plan.streams();
    this.out = out;
    out.println(label + ": " + plan.model() + ", " + streams + " streams");
    long period = 1000 / SAMPLES_PER_SECOND;
    clock.scheduleAtFixedRate(this::sample, period, period, TimeUnit.MILLISECONDS);
  }

  private void sample() {
    processes.sample();
    mostOpen.accumulateAndGet(tally.open.sum(), Math::max);
    samples++;
    if (terminal) {
      out.print("\r" + line());
      out.flush();
    } else if (samples % (PLAIN_SECONDS * SAMPLES_PER_SECOND) == 0) {
      out.println(line());
    }
  }

  private String line() {
    long ended = tally.ended();
    int done = (int) (WIDTH * ended / streams);
    return "[%s%s] %d of %d ended, %d open, %d tokens, %d lost, %d failed, %d refused  "
        .formatted(
            "#".repeat(done),
            ".".repeat(WIDTH - done),
            ended,
            streams,
            tally.open.sum(),
            tally.tokens.sum(),
            tally.lost.sum(),
            tally.failed.sum(),
            tally.refused.sum());
  }

  long mostOpen() {
    return Math.max(mostOpen.get(), 1);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (terminal) {
      out.println("\r" + line());
    }
  }
}
