package io.streamrelay.benchmarks.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class VictimTest {
  @TempDir Path data;

  private final SplittableRandom random = new SplittableRandom(1);

  /** A process whose command line has {@code name} in it, as the worker of a data folder. */
  private Process worker(String name) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", "read line # " + name).start();
    Path file = data.resolve("run/worker-1.pid");
    Files.createDirectories(file.getParent());
    Files.writeString(file, process.pid() + "\n");
    return process;
  }

  @Test
  void strike_killsAProcessOfTheTier() throws Exception {
    Process worker = worker("relay-worker.jar");
    try {
      assertThat(new Victim.Local("worker", data, List.of()).strike(random)).isNull();

      assertThat(worker.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      worker.destroyForcibly();
    }
  }

  @Test
  void strike_sparesAnotherProgramThatGotTheId() throws Exception {
    Process other = worker("somebody-else");
    try {
      assertThat(new Victim.Local("worker", data, List.of()).strike(random))
          .isEqualTo("no worker was alive");

      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void strike_runsTheCommand() throws Exception {
    Path killed = data.resolve("killed");

    assertThat(new Victim.Command("touch " + killed).strike(random)).isNull();
    assertThat(killed).exists();
    assertThat(new Victim.Command("exit 3").strike(random))
        .isEqualTo("the kill command ended with 3");
  }
}
