package io.streamrelay.benchmarks.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reports as a table, one column each; with a baseline, the ratio to it. */
public final class Markdown {
  private static final double QUIET = 0.3;

  private final List<Report> reports;
  private final StringBuilder text = new StringBuilder();

  private Markdown(List<Report> reports) {
    this.reports = reports;
  }

  /**
   * @param reports the first is what is measured, a second one its baseline
   */
  public static String of(List<Report> reports) {
    return new Markdown(reports).write();
  }

  private String write() {
    Report first = reports.getFirst();
    line("`%s`, %d streams, %.4g per second", first.model(), first.streams(), first.rate());
    line("");
    line("| | %s |%s", cells(Report::label), reports.size() > 1 ? " ratio |" : "");
    line("|---|%s", "---|".repeat(reports.size() + (reports.size() > 1 ? 1 : 0)));
    row(
        "turns whole / failed / refused",
        r -> r.whole() + " / " + r.failed() + " / " + r.refused());
    row("tokens", r -> Long.toString(r.tokens()));
    row(
        "lost / doubled or reordered / foreign",
        r -> r.lost() + " / " + r.doubled() + " / " + r.foreign());
    row("ids out of order / wrong hashes", r -> r.badIds() + " / " + r.badHashes());
    row("takeovers / resumes", r -> r.takeovers() + " / " + r.resumes());
    millis("delay per token, ms: p50", r -> r.delay().p50());
    millis("delay per token, ms: p99", r -> r.delay().p99());
    millis("added time to first token, ms: p50", r -> r.firstTokenAdded().p50());
    millis("added time to first token, ms: p99", r -> r.firstTokenAdded().p99());
    if (first.refusal() != null) {
      row("time to a refusal, ms: p99", r -> maybe(r.refusal(), Report.Millis::p99));
    }
    if (first.takeover() != null) {
      row("silence at a takeover, ms: p50", r -> maybe(r.takeover(), Report.Millis::p50));
      row("silence at a takeover, ms: p99", r -> maybe(r.takeover(), Report.Millis::p99));
    }
    for (String process : first.cpuMicrosPerToken().keySet()) {
      row("CPU per token, µs: " + process, r -> number(r.cpuMicrosPerToken(), process));
    }
    for (String process : first.kibPerStream().keySet()) {
      row("memory per open stream, KiB: " + process, r -> number(r.kibPerStream(), process));
    }
    row("streams open at once, at most", r -> Long.toString(r.mostOpen()));
    row("seconds", r -> number(r.seconds()));
    row("processors kept busy by others", r -> number(r.foreignCores()));
    reports.forEach(this::remarks);
    return text.toString();
  }

  private void remarks(Report report) {
    report
        .reasons()
        .forEach((reason, count) -> line("\n%s: %d × %s", report.label(), count, reason));
    if (report.clockSteps() > 0) {
      line(
          "\n%s: %d tokens arrived before they were said: the clocks differ, delays mean nothing",
          report.label(), report.clockSteps());
    }
    if (report.foreignCores() > QUIET) {
      line(
          "\n%s: other programs kept %s processors busy; times are not to be trusted",
          report.label(), number(report.foreignCores()));
    }
  }

  private void millis(String name, Function<Report, Double> value) {
    String ratio =
        reports.size() > 1
            ? " " + number(value.apply(reports.get(0)) / value.apply(reports.get(1))) + " |"
            : "";
    line("| %s | %s |%s", name, cells(report -> number(value.apply(report))), ratio);
  }

  private void row(String name, Function<Report, String> value) {
    line("| %s | %s |%s", name, cells(value), reports.size() > 1 ? " |" : "");
  }

  private String cells(Function<Report, String> value) {
    return reports.stream().map(value).collect(Collectors.joining(" | "));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String maybe(
      Report.@Nullable Millis millis, Function<Report.Millis, Double> value) {
    return millis == null ? "" : number(value.apply(millis));
  }

  private static String number(Map<String, Double> values, String name) {
    Double value = values.get(name);
    return value == null ? "" : number(value);
  }

  /** Three digits or so; empty if there is none. */
  public static String number(double value) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value)
        : "";
  }
}
