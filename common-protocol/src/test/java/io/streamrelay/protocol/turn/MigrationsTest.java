package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

class MigrationsTest {
  private final EmbeddedPostgreSql server = PostgresFixture.sharedServer();

  @Test
  void migrations_oftwoProcessesAtOnceMakeOneSchema() throws IOException {
    server.createDatabase("twice");

    try (PostgresFixture one = PostgresFixture.of(server, "twice");
        PostgresFixture two = PostgresFixture.of(server, "twice")) {
      one.awaitReady();
      two.awaitReady();

      assertThat(one.migrations.state()).isEqualTo(two.migrations.state());
      assertThat(versions(one)).isEqualTo(shipped());
    }
  }

  @Test
  void migrations_aNewerSchemaIsAsExpectedToo() {
    server.createDatabase("newer");
    try (PostgresFixture newer = PostgresFixture.of(server, "newer").awaitReady()) {
      newer
          .jdbc()
          .sql(
              """
              INSERT INTO flyway_schema_history
                (installed_rank, version, description, type, script, checksum, installed_by,
                 execution_time, success)
              VALUES (1000, '1000', 'later', 'SQL', 'V1000__later.sql', 1, 'later', 1, true)
              """)
          .update();
    }

    try (PostgresFixture ours = PostgresFixture.of(server, "newer").awaitReady()) {
      assertThat(ours.migrations.state()).isEqualTo(new Migrations.State.Ready("1000"));
    }
  }

  @Test
  void migrations_aSchemaThatIsNotOursIsNotReadyAndSaysWhy() {
    server.createDatabase("foreign_one");
    try (PostgresFixture first = PostgresFixture.of(server, "foreign_one").awaitReady()) {
      first
          .jdbc()
          .sql("UPDATE flyway_schema_history SET checksum = 7 WHERE version = '1'")
          .update();
    }

    try (PostgresFixture second = PostgresFixture.of(server, "foreign_one")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() ->
              assertThat(second.migrations.state())
                  .isInstanceOfSatisfying(
                      Migrations.State.Pending.class,
                      pending -> assertThat(pending.why()).contains("Validate failed")));
    }
  }

  @Test
  void configuration_exposesThePortsAndTakesHikarisKeys() {
    server.createDatabase("wired");

    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(TurnConfiguration.class)
            .web(WebApplicationType.NONE)
            .properties(
                "spring.datasource.url=" + server.jdbcUrl("wired"),
                "spring.datasource.username=" + server.username(),
                "spring.datasource.password=" + server.password(),
                "spring.datasource.hikari.maximum-pool-size=3",
                "relay.postgres.statement-timeout=1200ms",
                "relay.postgres.lock-timeout=700ms")
            .run()) {
      Migrations migrations = context.getBean(Migrations.class);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(migrations::ready);

      var pool = context.getBean(com.zaxxer.hikari.HikariDataSource.class);
      var jdbc = org.springframework.jdbc.core.simple.JdbcClient.create(pool);
      assertThat(pool.getMaximumPoolSize()).isEqualTo(3);
      assertThat(jdbc.sql("SHOW statement_timeout").query(String.class).single())
          .isEqualTo("1200ms");
      assertThat(jdbc.sql("SHOW lock_timeout").query(String.class).single()).isEqualTo("700ms");
      assertThat(context.getBean(TurnStore.class)).isNotNull();
      assertThat(context.getBean(TurnReader.class)).isNotNull();
      assertThat(context.getBean(SweepStore.class).alone(() -> "ran")).isEqualTo("ran");
    }
  }

  private static long shipped() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      return files.count();
    }
  }

  private static long versions(PostgresFixture fixture) {
    return fixture
        .jdbc()
        .sql("SELECT count(*) FROM flyway_schema_history WHERE success")
        .query(Long.class)
        .single();
  }
}
