package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What JavaScript developers have already, before a running system: clients/typescript, which is
 * built here, event sources, OpenAI's SDK and its Agents SDK, LangChain and the AI SDK with React;
 * and what docs/clients.md shows. Through cuts in the middle of a block, and past the death of a
 * worker.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class JavaScriptClientsTest {
  private static final Path CLIENT = Path.of("..", "clients", "typescript");
  private static final Path SCRIPTS = Path.of("src", "test", "node", "clients");
  private static final Path LOG = Path.of("target", "keyed-gateway.log");
  private static final String KILL = "kill a worker";

  /** One turn of the caller's at a time. */
  private static final Map<String, String> STRICT =
      Map.of("RELAY_GATEWAY_ADMISSION_TURNSPERCALLER", "1");

  private static RelaySystem system;
  private static KeyedGateway keyed;
  private static NodeFolder client;
  private static NodeFolder scripts;

  @BeforeAll
  static void build(RelaySystem shared) throws Exception {
    system = shared;
    keyed = KeyedGateway.start(system, LOG, STRICT); // it takes its time, meanwhile
    client = NodeFolder.install(CLIENT, Path.of("target", "typescript-client"));
    scripts = NodeFolder.install(SCRIPTS, Path.of("target", "client-checks"));
    client.run("npm", "run", "build");
    scripts.link("@stream-relay/client", client);
    keyed.process().awaitReady();
  }

  @AfterAll
  static void stop() {
    if (keyed != null) {
      keyed.close();
    }
  }

  private static Map<String, String> environment() {
    return Map.of(
        "GATEWAY",
        system.url(0),
        "KEYED_GATEWAY",
        keyed.url(),
        "KEY",
        keyed.key(),
        "NODE_NO_WARNINGS",
        "1");
  }

  @Test
  void client_passesItsOwnTests() throws Exception {
    String said = client.run("npm", "test");

    assertThat(said).contains("# fail 0").doesNotContain("# pass 0");
  }

  @Test
  void clients_readFromARunningSystem() throws Exception {
    Process tests = scripts.start(environment(), "node", "system.mjs");
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
  }

  /** Beside one another: most of the time they wait. */
  @Test
  void sdksAndWhatClientsMdShows_workAsTheyAre() throws Exception {
    for (String document : List.of("clients.md", "websocket.md")) {
      Files.copy(
          Path.of("..", "docs", document),
          scripts.path().resolve(document),
          StandardCopyOption.REPLACE_EXISTING);
    }

    String said =
        scripts.run(
            environment(), "node", "--test", "--test-concurrency=6", "--test-timeout=90000");

    assertThat(said).contains("# fail 0").doesNotContain("# pass 0");
  }
}
