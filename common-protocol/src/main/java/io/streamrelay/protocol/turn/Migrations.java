package io.streamrelay.protocol.turn;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date in the background, so that a process starts, and stays, whether
 * PostgreSQL is there or not. Tries until it succeeds; two processes at once wait for one another.
 * A schema newer than ours is as expected too: the version before runs on the next one's schema.
 *
 * <p>Threads: its own virtual one tries; any may ask.
 */
public final class Migrations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Flyway flyway;
  private final Runnable warmUp;
  private volatile State state = new State.Pending("PostgreSQL was not asked yet");
  private volatile Thread thread = Thread.ofVirtual().name("migrations").unstarted(this::run);

  /** Whether the schema is as expected. */
  public sealed interface State {
    /** PostgreSQL answered, and its schema is ours or newer. Stays so. */
    record Ready(String version) implements State {}

    /** Not yet, and why: fit for a readiness answer, holds no password. */
    record Pending(String why) implements State {}
  }

  /**
   * @param migrating gives connections without a statement timeout: a migration may take its time
   * @param warmUp called once the schema is there, before this is ready
   */
  Migrations(DataSource migrating, Runnable warmUp) {
    FluentConfiguration settings =
        Flyway.configure()
            .dataSource(migrating)
            .locations("classpath:db/migration")
            .validateMigrationNaming(true)
            .cleanDisabled(true);
    // an index that is built while turns go on waits for every transaction, one that locks too
    settings
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    this.flyway = settings.load();
    this.warmUp = warmUp;
  }

  /** Begins; returns at once. To be called once. */
  void start() {
    thread.start();
  }

  public State state() {
    return state;
  }

  public boolean ready() {
    return state instanceof State.Ready;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!migrated()) {
      try {
        Thread.sleep(jittered(pause));
      } catch (InterruptedException e) {
        return;
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private boolean migrated() {
    try {
      flyway.migrate();
      warmUp.run();
      MigrationInfoService info = flyway.info();
      state = new State.Ready(String.valueOf(info.current().getVersion()));
      LOG.info("schema is at version {}", info.current().getVersion());
      return true;
    } catch (RuntimeException e) {
      String why = firstLine(e);
      if (!state.equals(new State.Pending(why))) {
        LOG.warn("schema is not ready, trying again: {}", why);
      }
      state = new State.Pending(why);
      return false;
    }
  }

  private static String firstLine(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  private static Duration jittered(Duration pause) {
    return pause.dividedBy(2).plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis()));
  }

  /** Stops trying. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
