package io.streamrelay.faults;

import io.streamrelay.acceptance.FreePorts;
import io.streamrelay.acceptance.RelayProcess;
import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.Jedis;

/**
 * Gateways and relay workers as real processes, each with ways of its own to one real Redis and one
 * real PostgreSQL, on which faults can happen. Thread-safe; each process is replaced by one thread.
 */
final class FaultySystem implements AutoCloseable {
  private static final Path FOLDER = Path.of("target", "faults").toAbsolutePath();
  private static FaultySystem shared;
  private static ByteProvider provider;

  private final Path folder;
  private final Map<String, String> settings;
  private final RedisPlace place;
  private final EmbeddedPostgreSql postgres;
  private final List<Node> gateways = new CopyOnWriteArrayList<>();
  private final List<Node> workers = new CopyOnWriteArrayList<>();
  private final AtomicInteger started = new AtomicInteger();
  private volatile Build build;

  private FaultySystem(String name, Map<String, String> settings, RedisPlace place, Build build)
      throws IOException {
    this.build = build;
    this.folder = Files.createDirectories(FOLDER.resolve(name));
    this.settings = settings;
    this.place = place;
    this.postgres = EmbeddedPostgreSql.builder().fsync(false).start();
  }

  /** Two gateways and some workers that all scenarios share. Ends with the JVM. */
  static synchronized FaultySystem shared() throws Exception {
    if (shared == null) {
      provider = new ByteProvider();
      Map<String, String> settings = new HashMap<>(provider.environment());
      settings.put("RELAY_GATEWAY_STREAMS_PERCALLER", "10000"); // all are the one caller's
      shared = start("system", 2, Size.of(2, 3), settings);
    }
    return shared;
  }

  /** What the shared system asks for the models {@code bytes-*}. */
  static ByteProvider provider() {
    return provider;
  }

  static FaultySystem start(String name, int gateways, int workers, Map<String, String> settings)
      throws Exception {
    return start(name, gateways, workers, settings, Build.CURRENT);
  }

  /**
   * Blocks until all are ready.
   *
   * @param build of all its processes, until another is {@link #use used}
   */
  static FaultySystem start(
      String name, int gateways, int workers, Map<String, String> settings, Build build)
      throws Exception {
    return start(name, gateways, workers, settings, RedisPlace.Single.start(), build);
  }

  /**
   * Blocks until all are ready.
   *
   * @param name of the folder with the logs
   * @param place closed with the system
   */
  static FaultySystem start(
      String name, int gateways, int workers, Map<String, String> settings, RedisPlace place)
      throws Exception {
    return start(name, gateways, workers, settings, place, Build.CURRENT);
  }

  private static FaultySystem start(
      String name,
      int gateways,
      int workers,
      Map<String, String> settings,
      RedisPlace place,
      Build build)
      throws Exception {
    FaultySystem system = new FaultySystem(name, settings, place, build);
    try {
      for (int i = 0; i < gateways; i++) {
        system.gateways.add(system.launch("gateway", FreePorts.next(), Map.of()));
      }
      for (int i = 0; i < workers; i++) {
        system.workers.add(system.launch("relay-worker", FreePorts.next(), Map.of()));
      }
      system.nodes().forEach(node -> node.process().awaitReady());
      return system;
    } catch (Exception | Error e) {
      system.close();
      throw e;
    }
  }

  /** Where everything that scenarios leave is. */
  static Path folder() {
    return FOLDER;
  }

  RedisPlace place() {
    return place;
  }

  EmbeddedRedis redis() {
    return place.server();
  }

  EmbeddedPostgreSql postgres() {
    return postgres;
  }

  Node gateway(int index) {
    return gateways.get(index);
  }

  Node worker(int index) {
    return workers.get(index);
  }

  List<Node> workers() {
    return List.copyOf(workers);
  }

  List<Node> gateways() {
    return List.copyOf(gateways);
  }

  List<Node> nodes() {
    List<Node> all = new ArrayList<>(gateways);
    all.addAll(workers);
    return all;
  }

  /** What its stores tell of the turns that run. */
  Progress progress() {
    return new Progress(this);
  }

  List<URI> urls() {
    return gateways.stream().map(gateway -> URI.create(gateway.url())).toList();
  }

  Connection database() throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(), postgres.username(), postgres.password());
  }

  /** To the server itself, past all proxies. */
  Jedis jedis() {
    EmbeddedRedis server = place.server();
    return new Jedis(server.host(), server.port());
  }

  /** Processes that are started from now on are that build's. */
  void use(Build other) {
    build = other;
  }

  /** Starts a fresh worker in the place of one that is dead, without waiting for it. */
  Node replaceWorker(int index) throws IOException {
    return replaceWorker(index, Map.of());
  }

  /**
   * The same with settings of its own.
   *
   * @param more as environment variables
   */
  Node replaceWorker(int index, Map<String, String> more) throws IOException {
    workers.get(index).close();
    Node fresh = launch("relay-worker", FreePorts.next(), more);
    workers.set(index, fresh);
    return fresh;
  }

  /** Starts a fresh gateway at the same URL, likewise. */
  Node replaceGateway(int index) throws IOException {
    return replaceGateway(index, Map.of());
  }

  /** Likewise, with settings of its own. */
  Node replaceGateway(int index, Map<String, String> more) throws IOException {
    Node dead = gateways.get(index);
    dead.close();
    Node fresh = launch("gateway", dead.process().port(), more);
    gateways.set(index, fresh);
    return fresh;
  }

  /** Takes all faults back, replaces what died, and blocks until everything is ready. */
  void heal() throws IOException {
    nodes().forEach(Node::pass);
    place.heal();
    if (!postgres.isRunning()) {
      postgres.restart();
    }
    for (int i = 0; i < gateways.size(); i++) {
      if (!gateways.get(i).process().isAlive()) {
        replaceGateway(i);
      }
    }
    for (int i = 0; i < workers.size(); i++) {
      if (!workers.get(i).process().isAlive()) {
        replaceWorker(i);
      }
    }
    for (Node node : nodes()) {
      node.resume();
      node.process().awaitReady();
    }
  }

  private Node launch(String module, int port, Map<String, String> more) throws IOException {
    int number = started.incrementAndGet();
    FaultProxy toRedis = new FaultProxy(place.server().port());
    FaultProxy toPostgres = new FaultProxy(postgres.port());
    Map<String, String> environment = new HashMap<>(place.environment(toRedis.port()));
    // Statements are sent as text each time: failpoints know them by their words.
    environment.put(
        "SPRING_DATASOURCE_URL",
        postgres.jdbcUrl().replace(":" + postgres.port(), ":" + toPostgres.port())
            + "?prepareThreshold=0");
    environment.put("SPRING_DATASOURCE_USERNAME", postgres.username());
    environment.put("SPRING_DATASOURCE_PASSWORD", postgres.password());
    environment.put("RELAY_DEV", "true");
    if (!Size.isFull()) {
      environment.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1"); // starts sooner
    }
    if (module.equals("relay-worker")) {
      environment.put("RELAY_WORKER_NAME", module + "-" + number);
    }
    environment.putAll(settings);
    environment.putAll(more);
    Path log = folder.resolve(module + "-" + number + ".log");
    return new Node(
        module,
        number,
        RelayProcess.start(module, build.jar(module), port, log, environment),
        toRedis,
        toPostgres);
  }

  @Override
  public void close() {
    nodes().forEach(Node::close);
    postgres.close();
    place.close();
  }
}
