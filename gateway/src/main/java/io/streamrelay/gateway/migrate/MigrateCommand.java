package io.streamrelay.gateway.migrate;

import io.streamrelay.gateway.command.CommandWords;
import io.streamrelay.protocol.turn.Migrations;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Waits for PostgreSQL, brings its schema up to date, and says how it is. What gateways and workers
 * do when they start, in one try that ends. Several at once, or beside them, wait for one another.
 */
final class MigrateCommand {
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** SQLSTATE of a user or password that is none: waiting mends nothing. */
  private static final String REFUSED = "28";

  private final DataSource dataSource;
  private final PrintStream out;
  private final PrintStream err;

  MigrateCommand(DataSource dataSource, PrintStream out, PrintStream err) {
    this.dataSource = dataSource;
    this.out = out;
    this.err = err;
  }

  /**
   * Whether the schema is that of this release now, or a newer one; a sentence says which, or why
   * not.
   *
   * @param wait how long PostgreSQL may be away; a migration itself may take as long as it does
   */
  boolean run(Duration wait) throws InterruptedException {
    if (!reached(wait)) {
      return false;
    }
    try {
      Migrations.Comparison before = Migrations.compare(dataSource);
      Migrations.migrate(dataSource);
      out.println(sentence(before, Migrations.compare(dataSource)));
      return true;
    } catch (RuntimeException e) {
      err.println("The schema can't be brought up to date: " + firstLine(e));
      return false;
    }
  }

  private boolean reached(Duration wait) throws InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      try (Connection connection = dataSource.getConnection()) {
        return true;
      } catch (SQLException e) {
        if (String.valueOf(e.getSQLState()).startsWith(REFUSED)) {
          err.println("PostgreSQL refuses the user: " + CommandWords.sentence(e));
          return false;
        }
        if (System.nanoTime() - begun >= wait.toNanos()) {
          err.println(
              "PostgreSQL didn't answer within %d s: %s"
                  .formatted(wait.toSeconds(), CommandWords.sentence(e)));
          return false;
        }
      }
      Thread.sleep(PAUSE);
    }
  }

  private static String sentence(Migrations.Comparison before, Migrations.Comparison after) {
    if (!after.newer().isEmpty()) {
      return "The schema is at version %s, of a later release, and stays so."
          .formatted(after.version());
    }
    if (before.pending().isEmpty()) {
      return "The schema is at version %s already.".formatted(after.version());
    }
    return before.version() == null
        ? "The schema is made, at version %s.".formatted(after.version())
        : "The schema is at version %s; it was at %s.".formatted(after.version(), before.version());
  }

  /** Flyway's own says which migration; its causes only what of it. */
  private static String firstLine(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
