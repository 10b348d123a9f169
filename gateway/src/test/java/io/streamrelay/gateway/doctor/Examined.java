package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;

/** What an examination found, to be asked about by tests. */
record Examined(List<Finding> findings) {
  static Examined of(Subject subject) throws InterruptedException {
    Findings findings = new Findings();
    findings.attempt("surprise", () -> subject.examine(findings));
    return new Examined(findings.all());
  }

  static Examined of(Findings findings) {
    return new Examined(findings.all());
  }

  /** Of those of that check the worst; fails where there is none. */
  Finding worst(String check) {
    return findings.stream()
        .filter(finding -> finding.check().equals(check))
        .max((a, b) -> a.level().compareTo(b.level()))
        .orElseThrow(() -> new AssertionError("nothing of " + check + " in " + this));
  }

  Examined has(Level level, String check, String... words) {
    Finding finding = worst(check);
    assertThat(finding.level()).as("%s", finding).isEqualTo(level);
    assertThat(List.of(words)).allSatisfy(word -> assertThat(finding.fact()).contains(word));
    if (level != Level.OK) {
      assertThat(finding.advice()).as("%s", finding).isNotBlank();
    }
    return this;
  }

  Examined hasNo(String check) {
    assertThat(findings).noneMatch(finding -> finding.check().equals(check));
    return this;
  }

  void isWell() {
    assertThat(findings)
        .isNotEmpty()
        .allMatch(finding -> finding.level().compareTo(Level.WARN) < 0);
  }

  @Override
  public String toString() {
    return findings.stream().map(Finding::toString).collect(Collectors.joining("\n", "\n", "\n"));
  }
}
