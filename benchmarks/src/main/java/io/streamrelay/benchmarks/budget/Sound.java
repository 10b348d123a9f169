package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Report;

/** A cost per token means nothing where tokens are missing, or nobody was served. */
final class Sound {
  private Sound() {}

  /** The report, if every turn was accepted and arrived whole. */
  static Report whole(Report report) {
    if (report.refused() > 0) {
      throw unsound(report);
    }
    return accepted(report);
  }

  /** The report, if some turns were accepted and each of those arrived whole. */
  static Report accepted(Report report) {
    if (!report.isClean() || report.whole() == 0) {
      throw unsound(report);
    }
    return report;
  }

  private static IllegalStateException unsound(Report report) {
    return new IllegalStateException(
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
}
