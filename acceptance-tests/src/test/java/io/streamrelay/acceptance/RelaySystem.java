package io.streamrelay.acceptance;

import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gateways and relay workers as child processes of the shipped jars, on a Redis and a PostgreSQL of
 * their own. Not thread-safe, but for reading.
 */
public final class RelaySystem implements AutoCloseable {
  private final @Nullable EmbeddedRedis redis;
  private final SomeRedis someRedis;
  private final EmbeddedPostgreSql postgres;
  private final Path folder;
  private final Map<String, String> settings;
  private final @Nullable Programs programs;
  private final List<RelayProcess> gateways = new ArrayList<>();
  private final List<RelayProcess> workers = new ArrayList<>();
  private int started;

  /** How processes are run, where that isn't by the jars. */
  interface Programs {
    ProcessBuilder of(String module) throws Exception;
  }

  private RelaySystem(
      Path folder,
      Map<String, String> settings,
      @Nullable SomeRedis given,
      @Nullable Programs programs) {
    this.folder = folder;
    this.settings = settings;
    this.programs = programs;
    this.redis =
        given != null
            ? null
            : EmbeddedRedis.builder().dataFolder(folder.resolve("redis")).appendOnly(true).start();
    this.someRedis = given != null ? given : single(redis);
    this.postgres =
        EmbeddedPostgreSql.builder().dataFolder(folder.resolve("postgresql")).fsync(false).start();
  }

  private static SomeRedis single(EmbeddedRedis redis) {
    return new SomeRedis() {
      @Override
      public Map<String, String> environment(String module) {
        return Map.of("SPRING_DATA_REDIS_URL", redis.url());
      }

      @Override
      public void close() {
        redis.close();
      }
    };
  }

  /** Starts everything and waits until each process says it is ready. */
  public static RelaySystem start(
      Path folder, int gateways, int workers, Map<String, String> settings) throws Exception {
    return start(folder, gateways, workers, settings, null);
  }

  /**
   * As above, on a Redis that was started already.
   *
   * @param redis closed with the system; null: a single server
   */
  static RelaySystem start(
      Path folder,
      int gateways,
      int workers,
      Map<String, String> settings,
      @Nullable SomeRedis redis)
      throws Exception {
    RelaySystem system = new RelaySystem(folder, settings, redis, null);
    try {
      system.add(gateways, workers);
      return system;
    } catch (Exception | Error e) {
      system.close();
      throw e;
    }
  }

  /**
   * On a Redis and a PostgreSQL that are up, without a process yet.
   *
   * @param programs what {@link #add} runs
   */
  static RelaySystem prepare(
      Path folder, Map<String, String> settings, SomeRedis redis, Programs programs) {
    return new RelaySystem(folder, settings, redis, programs);
  }

  /** Starts processes more, and waits until they are ready. */
  void add(int moreGateways, int moreWorkers) throws Exception {
    for (int i = 0; i < moreGateways; i++) {
      gateways.add(launch("gateway"));
    }
    for (int i = 0; i < moreWorkers; i++) {
      workers.add(launch("relay-worker"));
    }
    for (RelayProcess process : processes()) {
      process.awaitReady();
    }
  }

  /** The single server; throws where the system was given another Redis. */
  public EmbeddedRedis redis() {
    return Objects.requireNonNull(redis, "the system has a Redis of the test's own");
  }

  public EmbeddedPostgreSql postgres() {
    return postgres;
  }

  public RelayProcess worker(int index) {
    return workers.get(index);
  }

  public RelayProcess gateway(int index) {
    return gateways.get(index);
  }

  /** The index of the worker of that name. */
  int workerNamed(String name) {
    for (int index = 0; index < workers.size(); index++) {
      if (workers.get(index).name().equals(name)) {
        return index;
      }
    }
    throw new IllegalArgumentException("no worker " + name);
  }

  /** The base URL of a gateway's API. */
  public String url(int gateway) {
    return "http://127.0.0.1:" + gateways.get(gateway).port();
  }

  /** Puts a fresh worker in the place of one that was killed. */
  public RelayProcess replaceWorker(int index) throws Exception {
    RelayProcess fresh = launch("relay-worker");
    workers.set(index, fresh);
    fresh.awaitReady();
    return fresh;
  }

  /** Puts a fresh gateway in the place of one that was killed, at the same URL. */
  public RelayProcess replaceGateway(int index) throws Exception {
    RelayProcess fresh = launch("gateway", gateways.get(index).port());
    gateways.set(index, fresh);
    fresh.awaitReady();
    return fresh;
  }

  public Connection database() throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(), postgres.username(), postgres.password());
  }

  private List<RelayProcess> processes() {
    List<RelayProcess> all = new ArrayList<>(gateways);
    all.addAll(workers);
    return all;
  }

  private RelayProcess launch(String module) throws Exception {
    return launch(module, FreePorts.next());
  }

  private RelayProcess launch(String module, int port) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPRING_DATASOURCE_URL", postgres.jdbcUrl());
    environment.put("SPRING_DATASOURCE_USERNAME", postgres.username());
    environment.put("SPRING_DATASOURCE_PASSWORD", postgres.password());
    environment.put("RELAY_DEV", "true");
    environment.putAll(someRedis.environment(module));
    started++;
    if (module.equals("relay-worker")) {
      environment.put("RELAY_WORKER_NAME", module + "-" + started);
    }
    environment.putAll(settings);
    Path log = folder.resolve(module + "-" + started + ".log");
    return programs == null
        ? RelayProcess.start(module, port, log, environment)
        : RelayProcess.start(module, programs.of(module), port, log, environment);
  }

  @Override
  public void close() {
    processes().forEach(RelayProcess::kill);
    postgres.close();
    someRedis.close();
  }
}
