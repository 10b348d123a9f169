package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Processes;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What scenarios stand on: Redis and PostgreSQL as {@code up} runs them, and a relay, each started
 * when it is first asked for. Not thread-safe: owned by who runs the scenarios.
 */
final class Bed implements AutoCloseable {
  private final Path home;
  private final Settings settings;
  private final PrintStream progress;
  private final Path folder;
  private @Nullable EmbeddedRedis redis;
  private @Nullable EmbeddedPostgreSql postgreSql;
  private @Nullable Relay relay;
  private double foreignCores = -1;

  Bed(Path home, Settings settings, PrintStream progress) throws IOException {
    this.home = home;
    this.settings = settings;
    this.progress = progress;
    this.folder = Files.createTempDirectory("stream-relay-budgets");
  }

  Settings settings() {
    return settings;
  }

  PrintStream progress() {
    return progress;
  }

  /** For logs. */
  Path folder() {
    return folder;
  }

  /** The project's folder. */
  Path home() {
    return home;
  }

  EmbeddedRedis redis() {
    if (redis == null) {
      progress.println("starting Redis");
      redis = EmbeddedRedis.builder().appendOnly(true).start();
    }
    return redis;
  }

  EmbeddedPostgreSql postgreSql() {
    if (postgreSql == null) {
      progress.println("starting PostgreSQL");
      postgreSql = EmbeddedPostgreSql.builder().maxConnections(400).start();
    }
    return postgreSql;
  }

  /** A warm relay with one worker and room for every turn; the same for all that ask. */
  Relay relay() throws IOException, InterruptedException {
    Map<String, String> roomy =
        Map.of("RELAY_WORKER_SLOTS", Integer.toString(settings.open() + 1000));
    boolean warm = relay != null && relay.is(1, roomy);
    Relay relay = relay(1, roomy);
    if (!warm) {
      relay.warmUp();
    }
    return relay;
  }

  /**
   * A relay set up in this way, cold if it was started for this; another one ends.
   *
   * @param environment settings of gateway and workers
   */
  Relay relay(int workers, Map<String, String> environment)
      throws IOException, InterruptedException {
    if (relay != null && relay.is(workers, environment)) {
      return relay;
    }
    endRelay();
    relay = Relay.start(this, workers, environment);
    return relay;
  }

  /** For a scenario that broke it. */
  void endRelay() {
    if (relay != null) {
      relay.close();
      relay = null;
    }
  }

  /** Runs it, looking at what else the machine does meanwhile. */
  <T> T watched(Callable<T> work) throws Exception {
    Processes others = new Processes(Map.of("all", List.of(ProcessHandle.current().pid())));
    T result = work.call();
    foreignCores = others.foreignCores();
    return result;
  }

  /** Processors kept busy by other programs while the last {@link #watched} ran. */
  double foreignCores() {
    return foreignCores;
  }

  @Override
  public void close() {
    endRelay();
    if (postgreSql != null) {
      postgreSql.close();
    }
    if (redis != null) {
      redis.close();
    }
  }
}
