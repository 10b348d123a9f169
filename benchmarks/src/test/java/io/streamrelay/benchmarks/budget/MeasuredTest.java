package io.streamrelay.benchmarks.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredTest {
  private static Measured micros(double value) {
    return Measured.atMost("CPU", "µs", 10.0, 4.0, value);
  }

  @Test
  void verdict_comparesWithBothBounds() {
    assertThat(micros(4).verdict()).isEqualTo("aim met");
    assertThat(micros(10).verdict()).isEqualTo("met");
    assertThat(micros(10.1).verdict()).isEqualTo("**missed**");
    assertThat(micros(Double.NaN).verdict()).isEqualTo("not measured");
    assertThat(Measured.atMost("p50", "ms", null, 5.0, 6).verdict()).isEqualTo("aim missed");
    assertThat(Measured.atLeast("goodput", "%", 80.0, 90.0, 85).verdict()).isEqualTo("met");
    assertThat(Measured.atLeast("goodput", "%", 80.0, 90.0, 79).verdict()).isEqualTo("**missed**");
  }

  @Test
  void row_setsTheBaselineBesideIt() {
    assertThat(micros(8.123).beside("plain", 2.5).row())
        .isEqualTo("| CPU | ≤ 10 µs | ≤ 4 µs | 8.12 µs | plain: 2.50 µs | 3.25 | met |\n");
    assertThat(micros(Double.NaN).beside("none has it").row())
        .isEqualTo("| CPU | ≤ 10 µs | ≤ 4 µs |  | none has it |  | not measured |\n");
  }

  @Test
  void write_keepsTheLatestOfEachScenarioInOneTable(@TempDir Path folder) throws Exception {
    Results results = new Results(folder);
    results.write("chain", List.of(micros(99)), 0.1);
    results.write("chain", List.of(micros(8)), 0.1);
    results.write("fast", List.of(micros(3)), 1.7);

    String table = Files.readString(folder.resolve("README.md"));

    assertThat(table)
        .contains("bench budgets chain", "bench budgets fast", "| 8 µs |", "| 3 µs |")
        .contains("other programs kept 1.7 processors busy: **measured under load**")
        .doesNotContain("99");
  }
}
