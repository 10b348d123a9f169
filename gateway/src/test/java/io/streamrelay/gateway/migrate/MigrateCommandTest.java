package io.streamrelay.gateway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The command as it runs, over a real PostgreSQL. */
@Isolated
class MigrateCommandTest {
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().fsync(false).start();

  private record Run(int code, String out, String err) {}

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  private static Run migrate(String database, String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.add("--spring.datasource.url=" + POSTGRES.jdbcUrl(database));
    arguments.add("--spring.datasource.username=" + POSTGRES.username());
    arguments.add("--spring.datasource.password=" + POSTGRES.password());
    return run(arguments);
  }

  private static Run run(List<String> arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var newOut = new ByteArrayOutputStream();
    var newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int code = MigrateCommandApplication.run(arguments);
      return new Run(
          code,
          newOut.toString(StandardCharsets.UTF_8),
          withoutOthers(newErr.toString(StandardCharsets.UTF_8)));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Of a server that another test left in this JVM. */
  private static String withoutOthers(String err) {
    return err.lines()
        .filter(line -> !line.contains("|-WARN in Logger["))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static JdbcClient jdbc(String database) {
    return JdbcClient.create(
        new DriverManagerDataSource(
            POSTGRES.jdbcUrl(database), POSTGRES.username(), POSTGRES.password()));
  }

  private static long tables(String database) {
    return jdbc(database)
        .sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        .query(Long.class)
        .single();
  }

  @Test
  void migrate_makesTheSchemaOnce() {
    POSTGRES.createDatabase("empty");

    Run first = migrate("empty");
    long made = tables("empty");
    Run again = migrate("empty");

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).matches("The schema is made, at version \\d+\\.\n");
    assertThat(made).isGreaterThan(3);
    assertThat(again.code()).isZero();
    assertThat(again.out()).matches("The schema is at version \\d+ already\\.\n");
    assertThat(again.err()).isEmpty();
    assertThat(tables("empty")).isEqualTo(made);
  }

  @Test
  void migrate_leavesANewerSchemaAsItIs() {
    POSTGRES.createDatabase("newer");
    migrate("newer");
    jdbc("newer")
        .sql(
            """
            INSERT INTO flyway_schema_history
              (installed_rank, version, description, type, script, checksum, installed_by,
               execution_time, success)
            VALUES (1000, '1000', 'later', 'SQL', 'V1000__later.sql', 1, 'later', 1, true)
            """)
        .update();

    Run run = migrate("newer");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("The schema is at version 1000, of a later release");
  }

  @Test
  void migrate_saysWhyASchemaIsNotOurs() {
    POSTGRES.createDatabase("foreign_one");
    migrate("foreign_one");
    jdbc("foreign_one")
        .sql("UPDATE flyway_schema_history SET checksum = 7 WHERE version = '1'")
        .update();

    assertFailed(migrate("foreign_one"), "The schema can't be brought up to date: Validate failed");
  }

  @Test
  void migrate_waitsForPostgresql() throws Exception {
    var turnedAway = new CountDownLatch(1);
    var out = new ByteArrayOutputStream();
    var dataSource =
        new DriverManagerDataSource(
            POSTGRES.jdbcUrl("later"), POSTGRES.username(), POSTGRES.password()) {
          @Override
          public Connection getConnection() throws SQLException {
            try {
              return super.getConnection();
            } catch (SQLException e) {
              turnedAway.countDown();
              throw e;
            }
          }
        };
    var printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> done =
          threads.submit(
              () -> new MigrateCommand(dataSource, printed, printed).run(Duration.ofMinutes(1)));
      assertThat(turnedAway.await(30, TimeUnit.SECONDS)).isTrue();
      POSTGRES.createDatabase("later");

      assertThat(done.get()).isTrue();
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("The schema is made");
  }

  @Test
  void migrate_doesntWaitForAPasswordToBecomeRight() {
    Run refused =
        run(
            List.of(
                "--wait",
                "3600",
                "--spring.datasource.url=" + POSTGRES.jdbcUrl(),
                "--spring.datasource.username=nobody",
                "--spring.datasource.password=wrong-one"));

    assertFailed(refused, "PostgreSQL refuses the user: ");
    assertThat(refused.err()).doesNotContain("wrong-one");
  }

  @Test
  void migrate_givesUpInASentence() {
    Run away =
        run(List.of("--wait", "1", "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/relay"));
    Run unnamed = run(List.of());

    assertFailed(away, "PostgreSQL didn't answer within 1 s: ");
    assertFailed(unnamed, "'spring.datasource.url': is missing");
  }

  private static void assertFailed(Run run, String sentence) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(sentence).doesNotContain("Exception");
  }

  @Test
  void misuse_isTwoAndTheUsage() {
    for (List<String> words :
        Stream.of("--wait", "--wait x", "--wait 3601", "--now", "--wait 1 2")
            .map(each -> List.of(each.split(" ")))
            .toList()) {
      Run misused = run(words);
      assertThat(misused.code()).as("%s", words).isEqualTo(2);
      assertThat(misused.err()).contains("--wait SECONDS");
    }
    assertThat(run(List.of("help")).out()).startsWith("migrate ");
  }
}
