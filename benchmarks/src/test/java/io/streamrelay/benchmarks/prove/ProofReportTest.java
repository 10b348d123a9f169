package io.streamrelay.benchmarks.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.benchmarks.prove.ProofReport.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProofReportTest {
  @TempDir Path folder;

  private final ProofTally tally = new ProofTally();
  private Findings findings;

  @BeforeEach
  void begin() {
    findings = new Findings(folder.resolve("h.jsonl"));
  }

  private ProofReport report(String... arguments) {
    ProofPlan plan = ProofCommandLine.parse(arguments, null, folder);
    return ProofReport.of(plan, tally, findings, 1, 2.5);
  }

  private void oneTurn() {
    tally.accepted.increment();
    tally.ended("ended", null);
  }

  @Test
  void verdict_ofNothingFoundIsKept() {
    oneTurn();
    tally.resumed(Duration.ofMillis(20).toNanos());
    tally.takenOver(Duration.ofSeconds(4));

    ProofReport report = report("--seed", "9");

    assertThat(report.verdict()).isEqualTo(Verdict.KEPT);
    assertThat(report.toMarkdown())
        .contains("| turns: ended / failed / cancelled | 1: 1 / 0 / 0 |")
        .contains("| **lost** | 0 |")
        .contains("| time to resume, ms: p50 / p99 | 20 / 20 |")
        .contains("Every promise was kept (--seed 9).");
  }

  @ParameterizedTest
  @EnumSource
  void verdict_ofAnyViolationIsBroken(Violation.Kind kind) throws Exception {
    oneTurn();

    findings.add(new Scene().evidence(), List.of(new Violation(kind, "so it was")));

    ProofReport report = report();
    assertThat(report.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(report.toMarkdown())
        .contains(kind + ": turn t1 of session s, so it was")
        .contains("PROMISES WERE BROKEN")
        .contains("h.jsonl");
  }

  @Test
  void verdict_withoutTurnsOrTheKillsThatWereAskedForIsUnproved() {
    assertThat(report().verdict()).isEqualTo(Verdict.UNPROVED);

    oneTurn();
    assertThat(report("--kill-command", "x").verdict()).isEqualTo(Verdict.UNPROVED);

    tally.struck(null);
    assertThat(report("--kill-command", "x").verdict()).isEqualTo(Verdict.KEPT);
  }

  @Test
  void add_writesWhatTheReadersSaw() throws Exception {
    Scene scene = new Scene().reader(Scene.whole());
    assertThat(findings.file()).isNull();

    findings.add(scene.evidence(), List.of(new Violation(Violation.Kind.LOST, "something")));
    findings.add(scene.evidence(), List.of(new Violation(Violation.Kind.LOST, "more")));

    List<String> lines = Files.readAllLines(folder.resolve("h.jsonl"));
    assertThat(lines).hasSize(2 * (2 + Scene.whole().size()));
    assertThat(lines.get(0)).contains("\"sentence\":\"something\"", "demo-stamp-t4");
    assertThat(lines.get(2)).contains("\"event\":\"user\"", "\"id\":\"6-0\"");
    assertThat(findings.count(Violation.Kind.LOST)).isEqualTo(2);
  }
}
