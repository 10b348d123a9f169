package io.streamrelay.protocol.turn;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
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
    this.flyway = flyway(migrating);
    this.warmUp = warmUp;
  }

  private static Flyway flyway(DataSource migrating) {
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
    return settings.load();
  }

  /**
   * A schema beside the one of this build; versions in their order.
   *
   * @param version null: there is none yet
   * @param pending of this build, still to be run
   * @param failed begun, and neither done nor undone
   * @param newer run by a later release, unknown to this build
   * @param changed run in another text than this build has
   */
  public record Comparison(
      @Nullable String version,
      List<String> pending,
      List<String> failed,
      List<String> newer,
      List<String> changed) {}

  /** Looks, and changes nothing. Throws {@link RuntimeException} where PostgreSQL says no. */
  public static Comparison compare(DataSource dataSource) {
    MigrationInfoService info = flyway(dataSource).info();
    MigrationInfo current = info.current();
    return new Comparison(
        current == null ? null : String.valueOf(current.getVersion()),
        versions(info, each -> each.getState() == MigrationState.PENDING),
        versions(info, each -> each.getState().isFailed()),
        versions(info, each -> each.getState() == MigrationState.FUTURE_SUCCESS),
        versions(info, each -> each.getState().isApplied() && !each.isChecksumMatching()));
  }

  /**
   * Brings the schema up to date once, in the caller's thread; another that does so is waited for.
   * A newer schema is left as it is. Throws {@link RuntimeException} where PostgreSQL says no.
   */
  public static void migrate(DataSource dataSource) {
    flyway(dataSource).migrate();
  }

  private static List<String> versions(MigrationInfoService info, Predicate<MigrationInfo> which) {
    return Arrays.stream(info.all())
        .filter(which)
        .map(each -> String.valueOf(each.getVersion()))
        .toList();
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
