package io.streamrelay.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void metrics_areNamesWithTheLabelsTheyAreMatchedBy() {
    assertThat(
            PromQl.metrics(
                """
                sum by (le, pod) (rate(a_bucket{le!="0.25",x=~"b{1}|sum"}[5m])) * 1e-9
                and on (instance) relay:b:rate5m or on () label_replace(vector(0), "c", "d", "", "")
                """))
        .isEqualTo(Map.of("a_bucket", Set.of("le", "x"), "relay:b:rate5m", Set.of()));
  }

  @Test
  void measured_isWhatIsCompared() {
    assertThat(PromQl.measured("max by (x) (a > 0) / b > 0.5"))
        .isEqualTo(List.of("max by (x) (a > 0) / b"));
    assertThat(PromQl.measured("(a or 0 * b) < 1")).isEqualTo(List.of("a or 0 * b"));
    assertThat(PromQl.measured("(a > 1 and b{x=\"y\"} >= 2) or (c > on (z) group_left () d)"))
        .isEqualTo(List.of("a", "b{x=\"y\"}", "c", "d"));
    assertThat(PromQl.measured("(rate(a[1h]) * 3600 > 5 * rate(a[7d])) > 1e6"))
        .isEqualTo(List.of("rate(a[1h]) * 3600", "5 * rate(a[7d])"));
    assertThat(PromQl.measured("(group (a) unless group (b)) or on () absent(b)"))
        .isEqualTo(List.of("group (a)", "group (b)", "b"));
  }
}
