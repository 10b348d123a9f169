package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code doctor} as it ships, on a system that runs. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ExtendWith(SharedSystem.class)
class DoctorTest {
  private static RelaySystem system;

  @TempDir Path folder;

  private record Said(int exit, JsonNode report) {
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

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private Said doctor(Map<String, String> environment, String... words) throws Exception {
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

  @Test
  void doctor_inAGatewaysEnvironmentFindsWhatThatUses() throws Exception {
    Said said =
        doctor(
            Map.of(
                "SERVER_PORT", Integer.toString(system.gateway(0).port()),
                "SPRING_DATA_REDIS_URL", system.redis().url(),
                "SPRING_DATASOURCE_URL", system.postgres().jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", system.postgres().username(),
                "SPRING_DATASOURCE_PASSWORD", system.postgres().password()));

    assertThat(said.finding(0, "streaming").toString()).contains("events come as they are made");
    assertThat(said.finding(0, "resume").get("level").asString()).isEqualTo("ok");
    assertThat(said.finding(1, "rights").get("level").asString()).isEqualTo("ok");
    assertThat(said.finding(2, "migrations").get("level").asString()).isEqualTo("ok");
    // its PostgreSQL runs without fsync, as tests like it
    assertThat(said.finding(2, "fsync").get("level").asString()).isEqualTo("fail");
    assertThat(said.report().get("problems").asInt()).as("%s", said.report()).isEqualTo(2);
    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.report().toString()).doesNotContain(system.postgres().password());
  }

  @Test
  void doctor_ofAUrlAloneIsWellAndLeavesNoSession() throws Exception {
    Said said = doctor(Map.of(), "--url", system.url(1));

    assertThat(said.exit()).as("%s", said.report()).isZero();
    assertThat(said.report().at("/subjects/1/place").asString()).isEqualTo("not checked");
    assertThat(new StreamClient().get(system.url(1) + "/api/chat/sessions?limit=200").body())
        .asString()
        .doesNotContain("doctor-");
  }

  @Test
  void doctor_throughAProxyThatCollectsSaysSo() throws Exception {
    try (CollectingProxy proxy = new CollectingProxy(system.url(0))) {
      Said said = doctor(Map.of(), "--url", proxy.url());

      assertThat(said.finding(0, "streaming").toString())
          .contains("collects the answer and sends it at once", "proxy_buffering off");
      assertThat(said.finding(0, "headers").toString()).contains("Cache-Control was taken out");
      assertThat(said.finding(0, "resume").get("level").asString()).isEqualTo("ok");
      assertThat(said.exit()).isEqualTo(1);
    }
  }
}
