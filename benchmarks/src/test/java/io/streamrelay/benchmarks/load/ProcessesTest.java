package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessesTest {
  @Test
  void used_chargesWhatAProcessUsedSinceTheStart() {
    Processes processes = new Processes(Map.of("me", List.of(ProcessHandle.current().pid())));
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Duration used = Duration.ZERO;

    while (used.toMillis() < 50 && System.nanoTime() < until) {
      used = processes.used().get("me").cpu();
    }

    assertThat(used).isBetween(Duration.ofMillis(50), Duration.ofSeconds(20));
    assertThat(processes.used().get("me").memoryPeak()).isNotZero();
  }

  @Test
  void used_isNothingForAProcessThatIsGone() {
    Processes processes = new Processes(Map.of("gone", List.of(99_999_999L)));

    assertThat(processes.used().get("gone").cpu()).isZero();
  }
}
