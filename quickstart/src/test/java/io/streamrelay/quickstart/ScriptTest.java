package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./stream-relay} itself, as far as it goes without a build. */
class ScriptTest {
  private static final Path SCRIPT = Path.of("..", "stream-relay").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void help_isShownAlsoThroughASymbolicLinkFromElsewhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("a link"), SCRIPT);

    assertThat(run(Map.of(), link, "help").strip()).isEqualTo(Resource.text("usage.txt").strip());
  }

  @Test
  void anUnknownCommandIsRefused() throws Exception {
    assertThat(run(Map.of(), SCRIPT, "dance"))
        .startsWith("There is no command \"dance\".")
        .endsWith("status 2");
  }

  @Test
  void jdk_passesByAnOldOne() throws Exception {
    Path old = jdk("old", "17.0.1");
    Path young = jdk("young", "25.0.1");

    assertThat(run(Map.of("JAVA_HOME", young.toString()), SCRIPT, "jdk").strip())
        .isEqualTo(young.toString());
    assertThat(run(Map.of("JAVA_HOME", old.toString()), SCRIPT, "jdk"))
        .doesNotContain(old.toString());
  }

  private Path jdk(String name, String version) throws Exception {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    for (String program : List.of("java", "javac")) {
      Path file = Files.writeString(home.resolve("bin").resolve(program), "");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private String run(Map<String, String> environment, Path script, String command)
      throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(script.toString(), command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    int status = process.exitValue();
    return Files.readString(output) + (status == 0 ? "" : "status " + status);
  }
}
