package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.turn.Migrations.Comparison;
import io.streamrelay.protocol.turn.TurnConfiguration;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Of a real server, and of what it is made to say. */
class PostgresDoctorTest {
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().maxConnections(60).start();
  private static final int POOL = 16;

  @BeforeAll
  static void migrate() {
    try (var gateway =
        new SpringApplicationBuilder(TurnConfiguration.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.datasource.url=" + POSTGRES.jdbcUrl(),
                "--spring.datasource.username=" + POSTGRES.username(),
                "--spring.datasource.password=" + POSTGRES.password())) {
      Awaitility.await().until(gateway.getBean(Migrations.class)::ready);
    }
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(url, POSTGRES.username(), POSTGRES.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static DriverManagerDataSource dataSource(String url, String password) {
    return new DriverManagerDataSource(url, POSTGRES.username(), password);
  }

  private static Examined examine(String url) throws Exception {
    return examine(url, POSTGRES.password(), InstantSource.system(), POOL);
  }

  private static Examined examine(String url, String password, InstantSource clock, int pool)
      throws Exception {
    DriverManagerDataSource dataSource = dataSource(url, password);
    return Examined.of(new PostgresDoctor(url, dataSource, dataSource, pool, clock));
  }

  @Test
  void examine_findsAllWell() throws Exception {
    Examined found = examine(POSTGRES.jdbcUrl());

    found
        .has(Level.OK, "version", "PostgreSQL 18")
        .has(Level.OK, "migrations", "as this release has it")
        .has(Level.OK, "fsync")
        .has(Level.OK, "encoding", "UTF8")
        .has(Level.OK, "connections", "of 60 are open")
        .has(Level.OK, "pooler", "none between")
        .has(Level.OK, "clock", "agree")
        .has(Level.OK, "latency")
        .isWell();
  }

  @Test
  void examine_findsAServerThatIsNotDurable() throws Exception {
    try (EmbeddedPostgreSql careless =
        EmbeddedPostgreSql.builder().fsync(false).config("autovacuum", "off").start()) {
      execute(
          careless.jdbcUrl().replace("/relay", "/postgres"),
          careless,
          "ALTER DATABASE relay SET synchronous_commit = off");
      DriverManagerDataSource dataSource =
          new DriverManagerDataSource(careless.jdbcUrl(), careless.username(), careless.password());

      Examined.of(new PostgresDoctor("there", dataSource, dataSource, POOL, InstantSource.system()))
          .has(Level.FAIL, "fsync", "accepted turns are lost")
          .has(Level.FAIL, "full-page-writes")
          .has(Level.WARN, "synchronous-commit", "is off")
          .has(Level.WARN, "vacuum", "autovacuum is off")
          .has(Level.FAIL, "migrations", "no schema yet");
    }
  }

  private static void execute(String url, EmbeddedPostgreSql server, String sql)
      throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(url, server.username(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void examine_findsSettingsOfTheRoleOrDatabase() throws Exception {
    String url = POSTGRES.createDatabase("doctor_settings");
    for (String setting :
        List.of(
            "statement_timeout = 1000",
            "idle_session_timeout = 60000",
            "default_transaction_isolation = 'serializable'",
            "default_transaction_read_only = on")) {
      execute(POSTGRES.jdbcUrl(), "ALTER DATABASE doctor_settings SET " + setting);
    }

    Examined found = examine(url);

    found
        .has(Level.WARN, "isolation", "serializable")
        .has(Level.FAIL, "read-only")
        .has(Level.WARN, "timeouts");
    assertThat(found.findings())
        .filteredOn(finding -> finding.check().equals("timeouts"))
        .extracting(Finding::fact)
        .anyMatch(fact -> fact.contains("statement_timeout is 1000 ms"))
        .anyMatch(fact -> fact.contains("idle_session_timeout is 60000 ms"));
  }

  @Test
  void examine_findsAnEncodingThatHoldsNotEverything() throws Exception {
    execute(
        POSTGRES.jdbcUrl(),
        "CREATE DATABASE doctor_latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE"
            + " template0");

    examine(POSTGRES.jdbcUrl("doctor_latin")).has(Level.FAIL, "encoding", "LATIN1");
  }

  @Test
  void examine_findsThatThereIsNoRoom() throws Exception {
    examine(POSTGRES.jdbcUrl(), POSTGRES.password(), InstantSource.system(), 58)
        .has(Level.WARN, "connections", "no room for another process");
  }

  @Test
  void examine_findsClocksApart() throws Exception {
    InstantSource ahead = InstantSource.offset(InstantSource.system(), Duration.ofSeconds(9));

    examine(POSTGRES.jdbcUrl(), POSTGRES.password(), ahead, POOL)
        .has(Level.FAIL, "clock", "PostgreSQL's clock is", "behind");
  }

  @Test
  void examine_findsWhatKeepsItOut() throws Exception {
    Examined refused = examine(POSTGRES.jdbcUrl(), "geheim", InstantSource.system(), POOL);
    refused.has(Level.FAIL, "reachable", "no connection");
    assertThat(refused.worst("reachable").advice()).contains("user and password");
    assertThat(refused.toString()).doesNotContain("geheim");

    Examined missing = examine(POSTGRES.jdbcUrl("nothing_here"));
    assertThat(missing.worst("reachable").advice()).contains("CREATE DATABASE");

    Examined away = examine("jdbc:postgresql://127.0.0.1:1/relay");
    assertThat(away.worst("reachable").advice()).contains("Start PostgreSQL");
  }

  @Test
  void examine_comparesTheSchemaWithThisRelease() throws Exception {
    String url = POSTGRES.createDatabase("doctor_migrations");
    try (var gateway =
        new SpringApplicationBuilder(TurnConfiguration.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + POSTGRES.username(),
                "--spring.datasource.password=" + POSTGRES.password())) {
      Awaitility.await().until(gateway.getBean(Migrations.class)::ready);
    }
    examine(url).has(Level.OK, "migrations");

    execute(
        url,
        "INSERT INTO flyway_schema_history SELECT installed_rank + 1, '9999', 'later', type,"
            + " 'V9999__later.sql', 1, installed_by, installed_on, 1, true FROM"
            + " flyway_schema_history ORDER BY installed_rank DESC LIMIT 1");
    examine(url).has(Level.NOTE, "migrations", "newer than this release");

    execute(url, "DELETE FROM flyway_schema_history WHERE version::int > 7");
    examine(url).has(Level.FAIL, "migrations", "at version 7; still to be run: 8, ");

    execute(url, "UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2'");
    examine(url).has(Level.FAIL, "migrations", "version 2 was run in another text");

    execute(url, "UPDATE flyway_schema_history SET success = false WHERE version = '7'");
    examine(url).has(Level.FAIL, "migrations", "failed: version 7");
  }

  @Test
  void pooler_isToldByTheSessionsProcesses() {
    Findings shared = new Findings();
    PostgresDoctor.pooler(4711, 100, 100, shared);
    Examined.of(shared).has(Level.FAIL, "pooler", "transaction mode");

    Findings own = new Findings();
    PostgresDoctor.pooler(4711, 100, 101, own);
    Examined.of(own).has(Level.WARN, "pooler", "session mode");
  }

  @Test
  void migrations_ofTheReleaseBeforeAreSaid() {
    Findings findings = new Findings();
    PostgresDoctor.migrations(
        new Comparison("8", List.of("9"), List.of(), List.of(), List.of()), findings);
    Examined.of(findings).has(Level.FAIL, "migrations", "still to be run: 9");
  }

  private static Examined judge(Map<String, String> changed, boolean replica, long oldest) {
    Map<String, String> settings = new HashMap<>();
    settings.put("server_version", "18.1");
    settings.put("server_version_num", "180001");
    settings.put("fsync", "on");
    settings.put("full_page_writes", "on");
    settings.put("synchronous_commit", "on");
    settings.put("default_transaction_isolation", "read committed");
    settings.put("max_connections", "100");
    settings.putAll(changed);
    Findings findings = new Findings();
    PostgresFacts facts =
        new PostgresFacts(settings, "UTF8", replica, 20, 16, oldest, "turns", 500_000, 400_000);
    new PostgresChecks(facts, POOL, findings).all();
    return Examined.of(findings);
  }

  @ParameterizedTest
  @CsvSource({
    "server_version_num, 130010, FAIL, version",
    "server_version_num, 160010, OK, version",
    "max_connections, 20, FAIL, connections",
    "max_connections, 36, WARN, connections",
    "transaction_timeout, 1000, WARN, timeouts",
    "lock_timeout, 1000, WARN, timeouts",
    "fsync, on, WARN, vacuum"
  })
  void all_judgesWhatAServerSays(String name, String value, Level level, String check) {
    judge(Map.of(name, value), false, 0).has(level, check);
  }

  @Test
  void all_judgesWhatItDoes() {
    judge(Map.of(), true, 0).has(Level.FAIL, "role", "replica").hasNo("read-only");
    judge(Map.of(), false, 1000).has(Level.WARN, "transactions", "1000 s");
    judge(Map.of(), false, 1).has(Level.OK, "transactions").has(Level.OK, "role");
  }
}
