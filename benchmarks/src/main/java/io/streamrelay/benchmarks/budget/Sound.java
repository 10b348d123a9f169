package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Report;

/** A cost per token means nothing where tokens are missing. */
final class Sound {
  /** In hundredths: a few refusals, each in its time, cost next to nothing. */
  private static final int MOST_REFUSED = 5;

  private Sound() {}

  /** The report, if nearly every turn was accepted, and each of those arrived whole. */
  static Report whole(Report report) {
    if (!report.isClean() || report.refused() * 100 > (long) MOST_REFUSED * report.streams()) {
      throw new IllegalStateException(
          "%s: of %d turns %d failed and %d were refused: %s; %d tokens lost, %d doubled"
              .formatted(
                  report.label(),
                  report.streams(),
                  report.failed(),
                  report.refused(),
                  report.reasons(),
                  report.lost(),
                  report.doubled()));
    }
    return report;
  }
}
