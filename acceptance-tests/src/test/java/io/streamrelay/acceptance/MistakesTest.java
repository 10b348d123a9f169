package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mistake in the configuration ends the process, early and late in its start. */
class MistakesTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(3);

  @TempDir Path folder;

  private void assertEnds(String module, Map<String, String> environment, String sentence)
      throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1/none");
    all.put("SPRING_DATA_REDIS_PORT", "1");
    RelayProcess process = RelayProcess.start(module, 0, folder.resolve("log"), all);

    boolean ended = process.awaitExit(LONG_ENOUGH);

    if (!ended) {
      process.kill();
    }
    assertThat(process.log())
        .contains("\n" + sentence + "\n")
        .doesNotContain("\tat ")
        .doesNotContain("Exception");
    assertThat(ended).isTrue();
    assertThat(process.exitCode()).isEqualTo(1);
  }

  @Test
  void gateway_withAMisspeltPropertyInAFile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("mine.yaml"), "relay:\n  dev: true\n  gateway:\n    max-boddy: 1MB\n");

    assertEnds(
        "gateway",
        Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", file.toUri().toString()),
        "property 'relay.gateway.max-boddy' (mine.yaml, line 4): there is no such property;"
            + " perhaps 'relay.gateway.max-body' is meant");
  }

  @Test
  void gateway_withAFileThatIsNoYaml() throws Exception {
    Path file = Files.writeString(folder.resolve("mine.yaml"), "relay:\n\tdev: canary\n");

    assertEnds(
        "gateway",
        Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", file.toUri().toString()),
        "a configuration file, application.yaml or one that was named, is no valid YAML, line 2:"
            + " found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for"
            + " indentation)");
  }

  @Test
  void worker_withANumberOutOfRange() throws Exception {
    assertEnds(
        "relay-worker",
        Map.of("RELAY_WORKER_SLOTS", "0"),
        "property 'relay.worker.slots' is '0' (environment variable RELAY_WORKER_SLOTS): must be 1"
            + " to 10000");
  }

  @Test
  void worker_onATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertEnds(
          "relay-worker",
          Map.of("SPRING_APPLICATION_JSON", "{\"management.server.port\": %d}".formatted(port)),
          ("property 'management.server.port' is '%d' (environment variable SPRING_APPLICATION_JSON):"
                  + " must be a free port, and another process listens on this one already")
              .formatted(port));
    }
  }
}
