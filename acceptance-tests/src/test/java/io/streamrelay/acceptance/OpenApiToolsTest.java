package io.streamrelay.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The tools of others take docs/openapi.json: two linters, and a generator of types that a client's
 * program compiles with. Needs what {@link NodeFolder} needs.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OpenApiToolsTest {
  private static final Path SOURCES = Path.of("src", "test", "node", "openapi");
  private static final Path DOCUMENT = Path.of("..", "docs", "openapi.json");

  private static NodeFolder folder;

  @BeforeAll
  static void install() throws Exception {
    folder = NodeFolder.install(SOURCES, Path.of("target", "openapi-tools"));
    Files.copy(
        DOCUMENT, folder.path().resolve("openapi.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void spectral_findsNothing() throws Exception {
    folder.run(
        tool("spectral"), "lint", "-r", "spectral.yaml", "--fail-severity=hint", "openapi.json");
  }

  @Test
  void redocly_findsNothing() throws Exception {
    folder.run(tool("redocly"), "lint", "--config", "redocly.yaml", "openapi.json");
  }

  @Test
  void types_thatAreGeneratedCompileWithAClient() throws Exception {
    folder.run(tool("openapi-typescript"), "openapi.json", "--output", "api.d.ts");

    folder.run(tool("tsc"), "--project", ".");
  }

  private static String tool(String name) {
    return Path.of("node_modules", ".bin", name).toString();
  }
}
