package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Builds clients/typescript, and reads with it, with two clients of others and with what
 * docs/clients.md shows from a running system: through cuts in the middle of a block, and past the
 * death of a worker.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class TypeScriptClientTest {
  private static final Path CLIENT = Path.of("..", "clients", "typescript");
  private static final Path SCRIPTS = Path.of("src", "test", "node", "clients");
  private static final String KILL = "kill a worker";

  private static RelaySystem system;
  private static NodeFolder folder;

  @BeforeAll
  static void build(RelaySystem shared) throws Exception {
    system = shared;
    folder = NodeFolder.install(CLIENT, Path.of("target", "typescript-client"));
    folder.add(SCRIPTS, "system");
    folder.run("npm", "run", "build");
  }

  @Test
  void client_passesItsOwnTests() throws Exception {
    String said = folder.run("npm", "test");

    assertThat(said).contains("# fail 0").doesNotContain("# pass 0");
  }

  @Test
  void clients_readFromARunningSystem() throws Exception {
    RelayProcess locked = lockedGateway();
    try {
      locked.awaitReady();
      Map<String, String> environment =
          Map.of(
              "GATEWAY",
              system.url(0),
              "LOCKED_GATEWAY",
              "http://127.0.0.1:" + locked.port(),
              "NODE_NO_WARNINGS",
              "1");
      Process tests = folder.start(environment, "node", "system/system.mjs");
      List<String> said = new ArrayList<>();
      try (BufferedReader output = tests.inputReader(StandardCharsets.UTF_8)) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          said.add(line);
          if (line.equals(KILL)) {
            system.worker(0).kill();
            system.replaceWorker(0);
          }
        }
      } finally {
        tests.destroy();
      }
      assertThat(tests.waitFor()).as("%s", String.join("\n", said)).isZero();
      assertThat(said).contains(KILL);
    } finally {
      locked.kill();
    }
  }

  @Test
  void clientsMd_showsWhatTellsTheStoryThroughACut() throws Exception {
    Path document = Path.of("..", "docs", "clients.md");
    Files.copy(
        document, folder.path().resolve("system/clients.md"), StandardCopyOption.REPLACE_EXISTING);

    Process shown = folder.start(Map.of("GATEWAY", system.url(0)), "node", "system/shown.mjs");

    String said = new String(shown.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shown.waitFor()).as("%s", said).isZero();
  }

  /** One that wants keys, and has none that fits. */
  private static RelayProcess lockedGateway() throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPRING_DATA_REDIS_URL", system.redis().url());
    environment.put("SPRING_DATASOURCE_URL", system.postgres().jdbcUrl());
    environment.put("SPRING_DATASOURCE_USERNAME", system.postgres().username());
    environment.put("SPRING_DATASOURCE_PASSWORD", system.postgres().password());
    environment.put("RELAY_KEYS_PEPPER", "a pepper that is long enough for every test");
    Path log = Files.createDirectories(Path.of("target")).resolve("typescript-client-gateway.log");
    return RelayProcess.start("gateway", RelayProcess.freePort(), log, environment);
  }
}
