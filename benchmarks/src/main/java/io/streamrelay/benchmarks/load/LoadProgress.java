package io.streamrelay.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** How far a load has come. Samples memory and open streams whenever it is asked. Thread-safe. */
final class LoadProgress implements Supplier<String> {
  private final AtomicLong mostOpen = new AtomicLong();
  private final Tally tally;
  private final Processes processes;
  private final int streams;

  /**
   * @param streams turns in all
   */
  LoadProgress(Tally tally, Processes processes, int streams) {
    this.tally = tally;
    this.processes = processes;
    this.streams = streams;
  }

  @Override
  public String get() {
    processes.sample();
    mostOpen.accumulateAndGet(tally.open.sum(), Math::max);
    long ended = tally.ended();
    return "%s %d of %d ended, %d open, %d tokens, %d lost, %d failed, %d refused  "
        .formatted(
            Progress.bar((double) ended / streams),
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
}
