package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code doctor} as it ships, on a system that runs. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ExtendWith(SharedSystem.class)
class DoctorTest {
  private static RelaySystem system;

  @TempDir Path folder;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private DoctorCommand.Said doctor(Map<String, String> environment, String... words)
      throws Exception {
    return DoctorCommand.run(folder, environment, words);
  }

  @Test
  void doctor_inAGatewaysEnvironmentFindsWhatThatUses() throws Exception {
    DoctorCommand.Said said =
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
    DoctorCommand.Said said = doctor(Map.of(), "--url", system.url(1));

    assertThat(said.exit()).as("%s", said.report()).isZero();
    assertThat(said.report().at("/subjects/1/place").asString()).isEqualTo("not checked");
    assertThat(new StreamClient().get(system.url(1) + "/api/chat/sessions?limit=200").body())
        .asString()
        .doesNotContain("doctor-");
  }

  @Test
  void doctor_throughAProxyThatCollectsSaysSo() throws Exception {
    try (CollectingProxy proxy = new CollectingProxy(system.url(0))) {
      DoctorCommand.Said said = doctor(Map.of(), "--url", proxy.url());

      assertThat(said.finding(0, "streaming").toString())
          .contains("collects the answer and sends it at once", "proxy_buffering off");
      assertThat(said.finding(0, "headers").toString()).contains("Cache-Control was taken out");
      assertThat(said.finding(0, "resume").get("level").asString()).isEqualTo("ok");
      assertThat(said.exit()).isEqualTo(1);
    }
  }
}
