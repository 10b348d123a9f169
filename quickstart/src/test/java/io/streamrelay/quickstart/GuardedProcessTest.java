package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProcessTest {
  @TempDir Path folder;

  @Test
  void serversEndWhenTheirJvmIsKilled() throws Exception {
    Path output = folder.resolve("output");
    try (var jvm = ChildJvm.start(BothServers.class, output, folder, Map.of())) {
      Matcher up = jvm.awaitOutput("up: (\\d+) (\\d+) (\\S+) (\\d+) (\\d+) (\\S+);");
      jvm.kill();

      ChildJvm.awaitGone(Long.parseLong(up.group(1)));
      ChildJvm.awaitFree(Integer.parseInt(up.group(2)));
      ChildJvm.awaitGone(Long.parseLong(up.group(4)));
      ChildJvm.awaitFree(Integer.parseInt(up.group(5)));
      await()
          .until(() -> !Files.exists(Path.of(up.group(3))) && !Files.exists(Path.of(up.group(6))));
    }
  }

  @Test
  void stop_killsAProgramThatDoesNotListen() {
    var process =
        start("trap '' TERM; echo deaf; while :; do sleep 1; done", Duration.ofMillis(300));
    await().until(() -> Files.readString(process.log()).contains("deaf"));

    process.stop();

    assertThat(process.isAlive()).isFalse();
    ChildJvm.awaitGone(process.pid());
  }

  @Test
  void aProgramWhoseGuardWasKilledEndsAsWell() {
    var process = start("while :; do sleep 1; done", Duration.ofSeconds(5));
    ProcessHandle.of(process.pid()).flatMap(ProcessHandle::parent).orElseThrow().destroyForcibly();

    process.onExit().join();
    ChildJvm.awaitGone(process.pid());
  }

  @Test
  void onExit_tellsTheStatusOfAProgramThatEndsByItself() {
    var process = start("exit 7", Duration.ofSeconds(5));

    assertThat(process.onExit().join()).isEqualTo(7);
  }

  private GuardedProcess start(String script, Duration patience) {
    return GuardedProcess.start(
        new GuardedProcess.Spec(
            "Script",
            List.of("sh", "-c", script),
            "TERM",
            patience,
            folder.resolve("script.log"),
            folder.resolve("script.pid"),
            null,
            null,
            Map.of()));
  }
}
