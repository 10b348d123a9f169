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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The tools of others take docs/openapi.json: two linters, and a generator of types that a client's
 * program compiles with. Needs {@code node} and {@code npm}; the packages come from npm's cache or
 * its registry, as package-lock.json pins them, into {@code target}.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OpenApiToolsTest {
  private static final Path SOURCES = Path.of("src", "test", "node", "openapi");
  private static final Path FOLDER = Path.of("target", "openapi-tools");
  private static final String LOCK = "package-lock.json";
  private static final String INSTALLED = "node_modules/installed-" + LOCK;

  @BeforeAll
  static void install() throws Exception {
    if (!starts("node") || !starts("npm")) {
      String missing = "node 18 or newer and npm are needed: apt-get install nodejs npm";
      if (System.getenv("CI") != null) {
        fail(missing);
      }
      abort(missing);
    }
    Files.createDirectories(FOLDER);
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        copy(file, FOLDER.resolve(file.getFileName()));
      }
    }
    copy(Path.of("..", "docs", "openapi.json"), FOLDER.resolve("openapi.json"));
    Path installed = FOLDER.resolve(INSTALLED);
    if (!Files.exists(installed) || Files.mismatch(installed, SOURCES.resolve(LOCK)) >= 0) {
      run("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
      copy(SOURCES.resolve(LOCK), installed);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean starts(String program) throws Exception {
    try {
      return process(program, "--version").waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void spectral_findsNothing() throws Exception {
    run(tool("spectral"), "lint", "-r", "spectral.yaml", "--fail-severity=hint", "openapi.json");
  }

  @Test
  void redocly_findsNothing() throws Exception {
    run(tool("redocly"), "lint", "--config", "redocly.yaml", "openapi.json");
  }

  @Test
  void types_thatAreGeneratedCompileWithAClient() throws Exception {
    run(tool("openapi-typescript"), "openapi.json", "--output", "api.d.ts");

    run(tool("tsc"), "--project", ".");
  }

  private static String tool(String name) {
    return Path.of("node_modules", ".bin", name).toString();
  }

  /** Ends the test with what the command said, unless it was content. */
  private static void run(String... command) throws Exception {
    Process process = process(command);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", String.join(" ", command), said).isZero();
  }

  private static Process process(String... command) throws IOException {
    Files.createDirectories(FOLDER);
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command)).directory(FOLDER.toFile()).redirectErrorStream(true);
    // No word to anybody of what is checked here.
    builder.environment().put("REDOCLY_TELEMETRY", "off");
    builder.environment().put("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return builder.start();
  }
}
