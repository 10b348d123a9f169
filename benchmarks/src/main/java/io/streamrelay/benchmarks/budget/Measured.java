package io.streamrelay.benchmarks.budget;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A budget and what was measured.
 *
 * @param budget what costs what
 * @param unit of all values
 * @param must the bound that has to hold; null: only the aim is given
 * @param aim the bound that is wished for; null: none is given
 * @param atMost whether values below the bounds are good; else those above
 * @param value as measured; NaN if it couldn't be
 * @param baseline what the value stands beside
 * @param baselineValue measured in the same run; null: it has no number
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Measured(
    String budget,
    String unit,
    @Nullable Double must,
    @Nullable Double aim,
    boolean atMost,
    double value,
    @Nullable String baseline,
    @Nullable Double baselineValue) {

  static final String HEAD =
      """
      | budget | must | aim | measured | baseline measured beside it | ratio | verdict |
      |---|---|---|---|---|---|---|
      """;

  /** Something of which less is better. */
  static Measured atMost(
      String budget, String unit, @Nullable Double must, @Nullable Double aim, double value) {
    return new Measured(budget, unit, must, aim, true, value, null, null);
  }

  /** Something of which more is better. */
  static Measured atLeast(String budget, String unit, Double must, Double aim, double value) {
    return new Measured(budget, unit, must, aim, false, value, null, null);
  }

  /** Something without a budget, that tells about the others. */
  static Measured plain(String what, String unit, double value) {
    return new Measured(what, unit, null, null, true, value, null, null);
  }

  Measured beside(String baseline, double value) {
    return new Measured(budget, unit, must, aim, atMost, this.value, baseline, value);
  }

  /** Beside something that has no number. */
  Measured beside(String baseline) {
    return new Measured(budget, unit, must, aim, atMost, value, baseline, null);
  }

  String verdict() {
    if (!Double.isFinite(value)) {
      return "not measured";
    }
    if (isMissed()) {
      return "**missed**";
    }
    if (aim == null) {
      return must == null ? "" : "met";
    }
    return holds(aim) ? "aim met" : must == null ? "aim missed" : "met";
  }

  boolean isMissed() {
    return must != null && Double.isFinite(value) && !holds(must);
  }

  private boolean holds(double bound) {
    return atMost ? value <= bound : value >= bound;
  }

  /** The line of a table with {@link #HEAD}. */
  String row() {
    String sign = atMost ? "≤ " : "≥ ";
    Double beside = baselineValue;
    return "| %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            budget,
            must == null ? "" : sign + number(must) + " " + unit,
            aim == null ? "" : sign + number(aim) + " " + unit,
            Double.isFinite(value) ? number(value) + " " + unit : "",
            baseline == null
                ? ""
                : baseline + (beside == null ? "" : ": " + number(beside) + " " + unit),
            beside == null || beside == 0 ? "" : number(value / beside),
            verdict());
  }

  private static String number(double value) {
    return value == Math.rint(value) && value < 1e6
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}
