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
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of a test's own with an npm project in it. Needs {@code node} and {@code npm}: without
 * them the test is skipped, in CI it fails. The packages come from npm's cache or its registry, as
 * package-lock.json pins them.
 *
 * @param path where {@code node_modules} is kept from run to run
 */
record NodeFolder(Path path) {
  private static final String LOCK = "package-lock.json";
  private static final String INSTALLED = "node_modules/installed-" + LOCK;
  private static final Set<String> MADE = Set.of("node_modules", "dist");

  /** Copies the project there, and installs what it needs unless that was done. */
  static NodeFolder install(Path project, Path path) throws Exception {
    NodeFolder folder = new NodeFolder(path);
    Files.createDirectories(path);
    if (!folder.starts("node") || !folder.starts("npm")) {
      String missing = "node 20 or newer and npm are needed: apt-get install nodejs npm";
      if (System.getenv("CI") != null) {
        fail(missing);
      }
      abort(missing);
    }
    folder.add(project, "");
    Path installed = path.resolve(INSTALLED);
    if (!Files.exists(installed) || Files.mismatch(installed, project.resolve(LOCK)) >= 0) {
      folder.run("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
      Files.copy(project.resolve(LOCK), installed, StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
  }

  private boolean starts(String program) throws InterruptedException {
    try {
      return start(Map.of(), program, "--version").waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Copies files of the project, whose subfolders too, into a folder of it. */
  void add(Path from, String into) throws IOException {
    Path to = path.resolve(into);
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (Files.isRegularFile(file)) {
          Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } else if (!MADE.contains(name)) {
          add(file, into.isEmpty() ? name : into + "/" + name);
        }
      }
    }
  }

  /** Has the project find another one's package, as it is there. */
  void link(String name, NodeFolder other) throws IOException {
    Path link = path.resolve("node_modules").resolve(name);
    Files.createDirectories(link.getParent());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, other.path().toAbsolutePath());
  }

  /** Ends the test with what the command said, unless it was content. */
  String run(String... command) throws Exception {
    return run(Map.of(), command);
  }

  String run(Map<String, String> environment, String... command) throws Exception {
    Process process = start(environment, command);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", String.join(" ", command), said).isZero();
    return said;
  }

  /** Starts a command in the folder, with nothing to read; what it says comes on one stream. */
  Process start(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command)).directory(path.toFile()).redirectErrorStream(true);
    // No word to anybody of what is done here.
    builder.environment().put("REDOCLY_TELEMETRY", "off");
    builder.environment().put("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return builder.start();
  }
}
