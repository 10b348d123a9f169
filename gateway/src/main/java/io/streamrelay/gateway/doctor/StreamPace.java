package io.streamrelay.gateway.doctor;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How the pieces of one answer came, beside how the gateway says that they were made: the only two
 * things that tell a proxy which collects.
 *
 * @param madeMillis from the first piece to the end, by the terminal event; -1: not said
 * @param cameMillis from the first piece to the last, here
 * @param groups pieces that came together count once
 * @param gapMillis the longest between two pieces
 */
record StreamPace(long madeMillis, long cameMillis, int pieces, int groups, long gapMillis) {
  private static final long TOGETHER_NANOS = 5_000_000;
  private static final long LEAST_MADE_MILLIS = 400;
  private static final int LEAST_PIECES = 8;

  /** What it looks like, the better first. */
  enum Verdict {
    /** As it was made. */
    LIVE,
    /** Over too soon, or too little, to tell. */
    UNKNOWN,
    /** Several at once, again and again. */
    LUMPS,
    /** All of it at once, or nearly. */
    HELD
  }

  static StreamPace of(List<Arrival> arrivals) {
    List<Arrival> pieces = arrivals.stream().filter(Arrival::piece).toList();
    long made =
        arrivals.stream()
            .filter(Arrival::terminal)
            .mapToLong(StreamPace::made)
            .findFirst()
            .orElse(-1);
    int groups = pieces.isEmpty() ? 0 : 1;
    long gap = 0;
    for (int i = 1; i < pieces.size(); i++) {
      long nanos = pieces.get(i).nanos() - pieces.get(i - 1).nanos();
      groups += nanos > TOGETHER_NANOS ? 1 : 0;
      gap = Math.max(gap, nanos);
    }
    long came = pieces.isEmpty() ? 0 : pieces.getLast().nanos() - pieces.getFirst().nanos();
    return new StreamPace(made, came / 1_000_000, pieces.size(), groups, gap / 1_000_000);
  }

  private static long made(Arrival terminal) {
    JsonNode timings = terminal.json().path("timings");
    JsonNode total = timings.path("totalMillis");
    JsonNode first = timings.path("firstChunkMillis");
    return total.isNumber() && first.isNumber() ? total.longValue() - first.longValue() : -1;
  }

  Verdict verdict() {
    if (madeMillis < LEAST_MADE_MILLIS || pieces < LEAST_PIECES) {
      return Verdict.UNKNOWN;
    }
    if (cameMillis < madeMillis * 0.3) {
      return Verdict.HELD;
    }
    boolean seldom = groups <= pieces / 3;
    boolean waited = gapMillis > 4 * madeMillis / pieces;
    return seldom && waited ? Verdict.LUMPS : Verdict.LIVE;
  }

  /** The evidence. */
  String evidence() {
    return "%d pieces, made in %d ms, came within %d ms in %d groups, at most %d ms apart"
        .formatted(pieces, madeMillis, cameMillis, groups, gapMillis);
  }
}
