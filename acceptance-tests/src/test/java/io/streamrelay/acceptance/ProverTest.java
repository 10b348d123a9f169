package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.benchmarks.Prove;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./stream-relay prove} on a real system, which keeps its promises while a worker dies. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class ProverTest {
  private static final int TURNS = 30;

  @TempDir Path folder;

  @Test
  void run_findsEveryPromiseKeptWhileAWorkerIsKilled(RelaySystem system) throws Exception {
    try {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
      Path json = folder.resolve("report.json");
      List<String> arguments =
          List.of(
              "--url", system.url(0),
              "--url", system.url(1),
              "--turns", Integer.toString(TURNS),
              "--rate", "5",
              "--seed", "7",
              "--kill-every", "5",
              "--kill-command", "kill -9 " + system.worker(0).pid(),
              "--json", json.toString(),
              "--histories", folder.resolve("histories.jsonl").toString());

      int status = Prove.run(arguments.toArray(String[]::new), null, folder, out, out);

      assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
      JsonNode report = new JsonMapper().readTree(json.toFile());
      assertThat(report.path("verdict").asString()).isEqualTo("KEPT");
      assertThat(report.path("turns").asInt()).isEqualTo(TURNS);
      assertThat(report.path("kills").asInt()).isEqualTo(1);
      assertThat(report.path("resumes").asInt()).isPositive();
      assertThat(system.worker(0).isAlive()).isFalse();
    } finally {
      system.worker(0).kill();
      system.replaceWorker(0);
    }
  }
}
