package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.Markdown;
import io.streamrelay.benchmarks.load.Report.Millis;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as a table, with what it comes to in a sentence below. Not thread-safe. */
final class ProofMarkdown {
  private static final int MOST_TOLD = 20;

  private final ProofReport report;
  private final StringBuilder text = new StringBuilder();

  private ProofMarkdown(ProofReport report) {
    this.report = report;
  }

  static String of(ProofReport report) {
    return new ProofMarkdown(report).write();
  }

  private String write() {
    line("| | |");
    line("|---|---|");
    row(
        "turns: ended / failed / cancelled",
        "%d: %d / %d / %d",
        report.turns(),
        report.ended(),
        report.failed(),
        report.cancelled());
    row("turns refused", "%d", report.refused());
    row("readers / sessions", "%d / %d", report.readers(), report.sessions());
    row(
        "connections / drops / broken by others",
        "%d / %d / %d",
        report.connections(),
        report.drops(),
        report.broken());
    row("resumes", "%d", report.resumes());
    row(
        "submissions: answer thrown away / repeated",
        "%d / %d",
        report.lostAnswers(),
        report.repeats());
    row("kills", "%d", report.kills());
    row("events read", "%d", report.events());
    row("**lost**", "%d", report.lost());
    row("**doubled**", "%d", report.doubled());
    row("**reordered**", "%d", report.reordered());
    row("**different**", "%d", report.different());
    row("**terminals: none, two, or not the last**", "%d", report.terminals());
    row("**hung**", "%d", report.hung());
    times("time to resume", report.toResume());
    row("takeovers", "%d", report.takeovers());
    times("takeover time", report.takeover());
    row("seconds", "%s", Markdown.number(report.seconds()));
    report.reasons().forEach((reason, count) -> line("\n%d × %s", count, reason));
    report.violations().stream().limit(MOST_TOLD).forEach(violation -> line("\n%s", violation));
    line("\n%s", verdict());
    return text.toString();
  }

  private String verdict() {
    return switch (report.verdict()) {
      case KEPT -> "Every promise was kept (--seed %d).".formatted(report.seed());
      case BROKEN ->
          "PROMISES WERE BROKEN (--seed %d). What the readers of those turns saw: %s"
              .formatted(report.seed(), report.histories());
      case UNPROVED ->
          report.turns() == 0
              ? "Nothing was proved: no turn was accepted."
              : "Nothing was proved: nothing was killed, though it was to be.";
    };
  }

  private void times(String name, @Nullable Millis times) {
    if (times != null) {
      row(
          name + ", ms: p50 / p99",
          "%s / %s",
          Markdown.number(times.p50()),
          Markdown.number(times.p99()));
    }
  }

  private void row(String name, String format, Object... values) {
    line("| %s | %s |", name, String.format(Locale.ROOT, format, values));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
