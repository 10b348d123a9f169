package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command as it runs, over real stores. */
@Isolated
class DoctorCommandTest {
  private static final EmbeddedRedis REDIS = EmbeddedRedis.builder().appendOnly(true).start();
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().fsync(false).start();
  private static final String PASSWORD = "g#he:m %s@/"; // what a URL can't take as it is

  @TempDir Path folder;

  private record Run(int code, String out, String err) {}

  @AfterAll
  static void stop() {
    POSTGRES.close();
    REDIS.close();
  }

  private static Run doctor(Map<String, String> environment, String... words) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var newOut = new ByteArrayOutputStream();
    var newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int code = DoctorCommandApplication.run(List.of(words), environment);
      return new Run(
          code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void stores_areNamedByOptionsWithPasswordsInFiles() throws Exception {
    try (Jedis admin = new Jedis(REDIS.host(), REDIS.port())) {
      admin.aclSetUser("doc", "on", ">" + PASSWORD, "~*", "&*", "+@all");
    }
    Path redis = Files.writeString(folder.resolve("redis"), PASSWORD + "\n");
    Path postgres = Files.writeString(folder.resolve("postgres"), POSTGRES.password() + "\n");

    Run run =
        doctor(
            Map.of(),
            "--redis",
            "redis://doc@127.0.0.1:" + REDIS.port(),
            "--redis-password-file",
            redis.toString(),
            "--postgres",
            POSTGRES.jdbcUrl() + "?sslmode=disable",
            "--postgres-user",
            POSTGRES.username(),
            "--postgres-password-file",
            postgres.toString(),
            "--json");

    JsonNode report = JsonMapper.shared().readTree(run.out());
    assertThat(run.code()).isEqualTo(1); // fsync is off, and there is no schema
    assertThat(report.get("problems").asInt()).isEqualTo(3);
    assertThat(report.at("/subjects/0/place").asString()).isEqualTo("not checked");
    assertThat(report.at("/subjects/1/findings").toString())
        .contains("user doc may do what a gateway and what a worker does");
    assertThat(report.at("/subjects/2/place").asString()).isEqualTo(POSTGRES.jdbcUrl());
    assertThat(run.out() + run.err()).doesNotContain(PASSWORD, POSTGRES.password());
  }

  @Test
  void aPasswordInTheEnvironmentIsTaken() {
    try (Jedis admin = new Jedis(REDIS.host(), REDIS.port())) {
      admin.aclSetUser("env", "on", ">" + PASSWORD, "~*", "&*", "+@all");
    }

    Run run =
        doctor(
            Map.of("SPRING_DATA_REDIS_PASSWORD", PASSWORD),
            "--redis",
            "redis://env@127.0.0.1:" + REDIS.port());

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("user env may do", "URL  not checked", "PostgreSQL  not checked", "No problem:");
  }

  @Test
  void anotherTopologyInTheSettings_isSaid() {
    System.setProperty("spring.data.redis.cluster.nodes", "127.0.0.1:1");
    try {
      Run run = doctor(Map.of(), "--redis", "redis://127.0.0.1:" + REDIS.port());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).contains("FAIL  settings  --redis names one server");
    } finally {
      System.clearProperty("spring.data.redis.cluster.nodes");
    }
  }

  @Test
  void nobodyThere_isAProblemInTimeAndWithoutAStackTrace() {
    Run run =
        doctor(
            Map.of(),
            "--url",
            "http://127.0.0.1:1",
            "--redis",
            "redis://127.0.0.1:1",
            "--postgres",
            "jdbc:postgresql://127.0.0.1:1/none");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("3 problems, 0 warnings, 0 well.").doesNotContain("\tat ");
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void aNameThatNobodyKnows_isSaidOfEach() {
    Run run =
        doctor(
            Map.of(),
            "--url",
            "http://doctor.invalid",
            "--redis",
            "redis://doctor.invalid",
            "--postgres",
            "jdbc:postgresql://doctor.invalid/none");

    assertThat(run.out().split("the host's name is not known", -1)).hasSize(4);
  }

  @Test
  void misuse_isTwoAndTheUsage() {
    Run misused = doctor(Map.of(), "--redis", "redis://me:geheim@r");

    assertThat(misused.code()).isEqualTo(2);
    assertThat(misused.out()).isEmpty();
    assertThat(misused.err()).startsWith("--redis takes no password").doesNotContain("geheim");
    assertThat(misused.err()).contains("--redis-password-file FILE");
    assertThat(doctor(Map.of(), "help").out()).startsWith("doctor [options]");
  }

  @Test
  void aKeyThatIsNone_isOneAndNotQuoted() throws Exception {
    for (String content : List.of("srk_first\nsrk_second\n", "srk_gehe\u00efm", "\n")) {
      Path key = Files.writeString(folder.resolve("key"), content);

      Run run = doctor(Map.of(), "--url", "http://127.0.0.1:1", "--key-file", key.toString());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith(key.toString()).doesNotContain("srk_");
    }
  }

  @Test
  void aUserWithoutAPassword_isNotLeftOut() {
    Run run = doctor(Map.of(), "--redis", "redis://me@127.0.0.1:" + REDIS.port());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("--redis names a user, whose password is missing");
  }

  @Test
  void aUrlOfTheSettingsThatIsWrong_isSaidWithoutItsPassword() {
    System.setProperty("spring.data.redis.url", "redis://me:ge@he im@127.0.0.1:1");
    try {
      Run run = doctor(Map.of(), "--url", "http://127.0.0.1:1");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).startsWith("property 'spring.data.redis.url': must read");
      assertThat(run.out() + run.err()).doesNotContain("he im");
    } finally {
      System.clearProperty("spring.data.redis.url");
    }
  }

  @Test
  void aSettingThatCannotBeRead_isNamed() {
    System.setProperty("spring.data.redis.port", "abc");
    try {
      assertThat(doctor(Map.of(), "--url", "http://127.0.0.1:1").err())
          .contains("spring.data.redis.port", "\"abc\"");
    } finally {
      System.clearProperty("spring.data.redis.port");
    }
  }

  @Test
  void aFileThatIsMissing_isOneAndASentence() {
    Run run = doctor(Map.of(), "--url", "http://127.0.0.1:1", "--key-file", folder + "/none");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().strip()).isEqualTo(folder + "/none can't be read (NoSuchFileException).");
  }
}
