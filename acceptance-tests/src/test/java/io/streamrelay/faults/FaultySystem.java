package io.streamrelay.faults;

import static org.awaitility.Awaitility.await;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;

/**
 * Gateways and relay workers as real processes, each with ways of its own to one real Redis and one
 * real PostgreSQL, on which faults can happen. Not thread-safe, but for reading.
 */
final class FaultySystem implements AutoCloseable {
  private static final Path FOLDER = Path.of("target", "faults").toAbsolutePath();
  private static FaultySystem shared;
  private static ByteProvider provider;

  private final Path folder;
  private final Map<String, String> settings;
  private final RedisPlace place;
  private final EmbeddedPostgreSql postgres;
  private final List<Node> gateways = new ArrayList<>();
  private final List<Node> workers = new ArrayList<>();
  private int started;

  private FaultySystem(String name, Map<String, String> settings, RedisPlace place)
      throws IOException {
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
    return start(name, gateways, workers, settings, RedisPlace.Single.start());
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
    FaultySystem system = new FaultySystem(name, settings, place);
    try {
      for (int i = 0; i < gateways; i++) {
        system.gateways.add(system.launch("gateway", RelayProcess.freePort()));
      }
      for (int i = 0; i < workers; i++) {
        system.workers.add(system.launch("relay-worker", RelayProcess.freePort()));
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

  /** How long it takes until one more entry is in the streams of the turns that run. */
  Duration awaitGrowth() throws SQLException {
    long began = System.nanoTime();
    List<String> streams = running();
    long before = entries(streams);
    await("the streams grow")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> entries(streams) > before);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private long entries(List<String> streams) {
    try (Jedis jedis = jedis()) {
      return streams.stream().mapToLong(jedis::xlen).sum();
    }
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
    Node fresh = launch("relay-worker", RelayProcess.freePort(), more);
    workers.set(index, fresh);
    return fresh;
  }

  /** Starts a fresh gateway at the same URL, likewise. */
  Node replaceGateway(int index) throws IOException {
    Node dead = gateways.get(index);
    dead.close();
    Node fresh = launch("gateway", dead.process().port());
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

  /** Blocks until so many turns have said something and have not ended. */
  void awaitSpeaking(int turns) {
    await(turns + " turns speak")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> speaking() >= turns);
  }

  /** How long it takes until no turn is active or unsaved any more. */
  Duration awaitAllEnded() {
    long began = System.nanoTime();
    await("all turns ended")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> one("SELECT count(*) FROM turns WHERE saved_at IS NULL") == 0);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Blocks until the session stream has the terminal of the turn that was submitted last. */
  void awaitNewestTurnClosed() {
    await("the newest turn's stream is closed")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(this::isNewestTurnClosed);
  }

  private boolean isNewestTurnClosed() throws SQLException {
    try (Connection database = database();
        var query = database.createStatement();
        var row =
            query.executeQuery(
                """
                SELECT owner, session, final_epoch FROM turns ORDER BY created_at DESC LIMIT 1
                """);
        Jedis jedis = jedis()) {
      return row.next()
          && row.getLong(3) > 0
          && !jedis
              .xrange(
                  "{user:%s:chat:%s}".formatted(row.getString(1), row.getString(2)),
                  row.getLong(3) + "-0",
                  "+")
              .isEmpty();
    }
  }

  /** The live worker that runs that turn's attempt; null: none. */
  Node holder(String turn, int attempt) throws SQLException {
    try (Connection database = database();
        var query =
            database.prepareStatement(
                """
                SELECT worker FROM turns WHERE id = ?::uuid AND attempt = ? AND status = 'running'
                """)) {
      query.setString(1, turn);
      query.setInt(2, attempt);
      try (var row = query.executeQuery()) {
        String name = row.next() ? row.getString(1) : "";
        return workers.stream()
            .filter(worker -> name.equals(worker.name()) && worker.process().isAlive())
            .findFirst()
            .orElse(null);
      }
    }
  }

  /** How often the turn that was submitted last was claimed. */
  long claimsOfNewestTurn() throws SQLException {
    return one(
        """
        SELECT count(*) FROM attempts
        WHERE turn = (SELECT id FROM turns ORDER BY created_at DESC LIMIT 1)
        """);
  }

  private long one(String count) throws SQLException {
    try (Connection database = database();
        var query = database.createStatement();
        var row = query.executeQuery(count)) {
      row.next();
      return row.getLong(1);
    }
  }

  private long speaking() throws SQLException {
    try (Jedis jedis = jedis()) {
      return running().stream().filter(stream -> jedis.xlen(stream) >= 4).count();
    }
  }

  /** Session streams of the turns that run. */
  private List<String> running() throws SQLException {
    List<String> streams = new ArrayList<>();
    try (Connection database = database();
        var query = database.createStatement();
        var rows =
            query.executeQuery("SELECT owner, session FROM turns WHERE status = 'running'")) {
      while (rows.next()) {
        streams.add("{user:%s:chat:%s}".formatted(rows.getString(1), rows.getString(2)));
      }
    }
    return streams;
  }

  private Node launch(String module, int port) throws IOException {
    return launch(module, port, Map.of());
  }

  private Node launch(String module, int port, Map<String, String> more) throws IOException {
    started++;
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
      environment.put("RELAY_WORKER_NAME", module + "-" + started);
    }
    environment.putAll(settings);
    environment.putAll(more);
    Path log = folder.resolve(module + "-" + started + ".log");
    return new Node(
        module, started, RelayProcess.start(module, port, log, environment), toRedis, toPostgres);
  }

  @Override
  public void close() {
    nodes().forEach(Node::close);
    postgres.close();
    place.close();
  }
}
