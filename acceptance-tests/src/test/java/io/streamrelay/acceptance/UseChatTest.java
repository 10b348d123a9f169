package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The AI SDK's own chat and transport against a running system. Needs {@code node} and {@code npm};
 * the packages come from npm's cache or its registry, as package-lock.json pins them, into {@code
 * target}.
 */
@ExtendWith(SharedSystem.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UseChatTest {
  private static final Path SOURCES = Path.of("src", "test", "node", "usechat");
  private static final Path FOLDER = Path.of("target", "usechat");
  private static final String LOCK = "package-lock.json";
  private static final String INSTALLED = "node_modules/installed-" + LOCK;
  private static final String TESTS = "chat.test.mjs";

  @BeforeAll
  static void install() throws Exception {
    if (!starts("node") || !starts("npm")) {
      String missing = "node 20 or newer and npm are needed: apt-get install nodejs npm";
      if (System.getenv("CI") != null) {
        fail(missing);
      }
      abort(missing);
    }
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", LOCK, TESTS)) {
      copy(SOURCES.resolve(file), FOLDER.resolve(file));
    }
    Path installed = FOLDER.resolve(INSTALLED);
    if (!Files.exists(installed) || Files.mismatch(installed, SOURCES.resolve(LOCK)) >= 0) {
      run(Map.of(), "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
      copy(SOURCES.resolve(LOCK), installed);
    }
  }

  @Test
  void useChat_worksAsItIs(RelaySystem system) throws Exception {
    run(Map.of("RELAY_URL", system.url(0)), "node", "--test", "--test-timeout=30000", TESTS);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean starts(String program) throws Exception {
    try {
      return process(Map.of(), program, "--version").waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends the test with what the command said, unless it was content. */
  private static void run(Map<String, String> environment, String... command) throws Exception {
    Process process = process(environment, command);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", String.join(" ", command), said).isZero();
  }

  private static Process process(Map<String, String> environment, String... command)
      throws IOException {
    Files.createDirectories(FOLDER);
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command)).directory(FOLDER.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return builder.start();
  }
}
