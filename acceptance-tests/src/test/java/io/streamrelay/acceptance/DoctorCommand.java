package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code doctor} of the shipped jar. */
final class DoctorCommand {
  private DoctorCommand() {}

  record Said(int exit, JsonNode report) {
    /** Of a subject and check. */
    JsonNode finding(int subject, String check) {
      for (JsonNode finding : report.at("/subjects/" + subject + "/findings")) {
        if (finding.get("check").asString().equals(check)) {
          return finding;
        }
      }
      throw new AssertionError("nothing of " + check + " in " + report);
    }
  }

  /**
   * Blocks until it is over.
   *
   * @param folder for what it says
   */
  static Said run(Path folder, Map<String, String> environment, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(Path.of("..", "gateway", "target", "app", "gateway.jar").toString());
    command.add("doctor");
    command.addAll(List.of(words));
    command.add("--json");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(err).content().doesNotContain("Exception");
    return new Said(process.exitValue(), JsonMapper.shared().readTree(Files.readString(out)));
  }
}
