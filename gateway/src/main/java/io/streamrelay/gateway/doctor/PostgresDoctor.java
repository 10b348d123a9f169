package io.streamrelay.gateway.doctor;

import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.turn.Migrations.Comparison;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Examines PostgreSQL, as the user that is configured. */
final class PostgresDoctor implements Subject {
  private static final int ASKED = 20;
  private static final long SLOW_MICROS = 10_000;

  private final String place;
  private final DataSource plain;
  private final DataSource bounded;
  private final int pool;
  private final InstantSource clock;

  /**
   * @param plain gives sessions as the server makes them
   * @param bounded gives sessions with the options that the gateway's have
   * @param pool connections that one process holds
   */
  PostgresDoctor(
      String place, DataSource plain, DataSource bounded, int pool, InstantSource clock) {
    this.place = place;
    this.plain = plain;
    this.bounded = bounded;
    this.pool = pool;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void examine(Findings findings) throws InterruptedException {
    try (Connection connection = plain.getConnection()) {
      findings.attempt(
          "server", () -> new PostgresChecks(PostgresFacts.of(connection), pool, findings).all());
      findings.attempt("clock", () -> clock(connection, findings));
      findings.attempt("latency", () -> latency(connection, findings));
    } catch (SQLException e) {
      findings.fail("reachable", unreachable(e), advice(e));
      return;
    }
    findings.attempt("migrations", () -> migrations(Migrations.compare(plain), findings));
    findings.attempt("pooler", () -> pooler(findings));
  }

  private static String unreachable(SQLException e) {
    return "no connection: " + Findings.sentence(e);
  }

  /** By SQLSTATE's class. */
  private static String advice(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("28")) {
      return "Correct user and password: spring.datasource.username, .password, or --postgres-user,"
          + " --postgres-password-file; see pg_hba.conf.";
    }
    if (state.startsWith("3D")) {
      return "CREATE DATABASE, with ENCODING 'UTF8', owned by our user.";
    }
    if (state.startsWith("53")) {
      return "Raise max_connections, or see pg_stat_activity for who holds them all.";
    }
    return "Start PostgreSQL, or correct the JDBC URL; is there a firewall between?";
  }

  private void clock(Connection connection, Findings findings) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Instant before = clock.instant();
      try (ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
        Instant after = clock.instant();
        row.next();
        Timestamp theirs = row.getTimestamp(1);
        Skew.judge(
            findings, "PostgreSQL's", before, after, theirs.toInstant(), Duration.ofMillis(1));
      }
    }
  }

  private static void latency(Connection connection, Findings findings) throws SQLException {
    long[] micros = new long[ASKED];
    try (Statement statement = connection.createStatement()) {
      for (int i = 0; i < ASKED; i++) {
        long began = System.nanoTime();
        statement.execute("SELECT 1");
        micros[i] = (System.nanoTime() - began) / 1_000;
      }
    }
    Arrays.sort(micros);
    long median = micros[ASKED / 2];
    findings.add(
        median > SLOW_MICROS ? Level.WARN : Level.OK,
        "latency",
        "a query takes %.2f ms, at worst %.2f".formatted(median / 1e3, micros[ASKED - 1] / 1e3),
        "Bring PostgreSQL nearer to gateways and workers: a turn waits for it a few times.");
  }

  static void migrations(Comparison schema, Findings findings) {
    if (!schema.failed().isEmpty()) {
      findings.fail(
          "migrations",
          "failed: version " + String.join(", ", schema.failed()),
          "See a gateway's log for why; gateways and workers try on until it succeeds.");
    } else if (!schema.changed().isEmpty()) {
      findings.fail(
          "migrations",
          "version "
              + String.join(", ", schema.changed())
              + " was run in another text than this"
              + " release has",
          "Somebody changed a released migration, or the database is of another build: no gateway"
              + " starts on it.");
    } else if (schema.version() == null) {
      findings.fail(
          "migrations",
          "there is no schema yet",
          "Start a gateway or worker: it makes it. Its user needs CREATE on the database's schema.");
    } else if (!schema.pending().isEmpty()) {
      findings.fail(
          "migrations",
          "the schema is at version %s; still to be run: %s"
              .formatted(schema.version(), String.join(", ", schema.pending())),
          "Start a gateway or worker of this release: it runs them (docs/operating/upgrade.md).");
    } else if (!schema.newer().isEmpty()) {
      findings.note(
          "migrations",
          "the schema is at version %s, newer than this release".formatted(schema.version()),
          "As expected in an upgrade, or after going back one release; two back may fail.");
    } else {
      findings.ok(
          "migrations",
          "the schema is at version " + schema.version() + ", as this release has it");
    }
  }

  /** A pooler hides the process id of the server's session behind one of its own. */
  private void pooler(Findings findings) throws SQLException {
    try (Connection one = bounded.getConnection();
        Connection two = bounded.getConnection()) {
      int shown = one.unwrap(PGConnection.class).getBackendPID();
      pooler(shown, session(one), session(two), findings);
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("53")) { // it is full, whatever the options
        findings.fail("connections", unreachable(e), advice(e));
        return;
      }
      findings.fail(
          "options",
          "a session with the options of gateways and workers is refused: " + Findings.sentence(e),
          "Connect to PostgreSQL itself: a pooler (PgBouncer) that refuses them stands between, and"
              + " one that ignores them drops our bounds.");
    }
  }

  /**
   * @param shown the session's process, as connecting told it
   * @param one the same, as the session tells it
   * @param two of a second connection, which is open as well
   */
  static void pooler(int shown, int one, int two, Findings findings) {
    String advice =
        "Connect to PostgreSQL itself, gateways and workers have pools of their own; or set"
            + " pool_mode = session.";
    if (one == two) {
      findings.fail(
          "pooler",
          "a pooler shares sessions between connections (transaction mode): bounds set for a"
              + " session, prepared statements and migrations fail",
          advice);
    } else if (shown != one) {
      findings.warn(
          "pooler", "a pooler stands between; it must be in session mode, and costs a hop", advice);
    } else {
      findings.ok("pooler", "none between");
    }
  }

  private static int session(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }
}
