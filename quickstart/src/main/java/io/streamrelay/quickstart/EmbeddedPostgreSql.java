package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL 18 on a loopback port, for tests and for the launcher. It ends with this JVM,
 * also when that is killed. Thread-safe.
 *
 * <p>Whoever connects needs the password, which is made with the data folder and kept in it.
 *
 * <pre>{@code
 * try (var postgreSql = EmbeddedPostgreSql.builder().fsync(false).start()) {
 *   String url = postgreSql.createDatabase("some_test");
 *   connect(url, postgreSql.username(), postgreSql.password());
 * }
 * }</pre>
 */
public final class EmbeddedPostgreSql implements AutoCloseable {
  /** The database that is always there. */
  public static final String DATABASE = "relay";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PORT_TRIES = 5;
  private static final int CONNECT_SECONDS = 10;

  private final Builder settings;
  private final DataFolder folder;
  private final PostgreSqlCluster cluster;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile int port;
  private volatile GuardedProcess process;

  private EmbeddedPostgreSql(Builder settings) {
    this.settings = settings;
    this.folder = DataFolder.of(settings.dataFolder, "PostgreSQL");
    this.cluster = new PostgreSqlCluster(folder.path());
    this.port = settings.port == 0 ? Ports.free() : settings.port;
    this.process = startOnSomePort();
    if (!exists(DATABASE)) {
      createDatabase(DATABASE);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port;
  }

  /** Of the database {@link #DATABASE}; without the password. */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host(), port, database);
  }

  public String username() {
    return PostgreSqlCluster.USERNAME;
  }

  public String password() {
    return cluster.password();
  }

  /** The process id of PostgreSQL's first process, also after its end. */
  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Makes an empty database.
   *
   * @param name of {@code [a-z0-9_]}, beginning with a letter
   * @return its JDBC URL
   * @throws IllegalStateException if it is there already, or the server doesn't run
   */
  public String createDatabase(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a plain database name: " + name);
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      return jdbcUrl(name);
    } catch (SQLException e) {
      throw new IllegalStateException("database " + name + " was not made: " + e.getMessage(), e);
    }
  }

  /** Ends it in an orderly way, cutting its connections, and waits; no effect if it doesn't run. */
  public void stop() {
    locked(() -> process.stop());
  }

  /**
   * Ends all its processes by SIGKILL and waits until they are gone; no effect if it doesn't run.
   */
  public void kill() {
    locked(() -> process.kill());
  }

  /**
   * Starts it again, on the same port and folder, and waits until it answers; stops it first if it
   * runs.
   */
  public void restart() {
    locked(() -> {
      process.stop();
      process = startOnce();
    });
  }

  /** Stops it, and deletes the data folder if none was given. */
  @Override
  public void close() {
    stop();
    folder.deleteIfTemporary();
  }

  GuardedProcess process() {
    return process;
  }

  private void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A port that was found free may be taken before PostgreSQL binds it: then another one is tried.
   */
  private GuardedProcess startOnSomePort() {
    for (int left = PORT_TRIES; ; left--) {
      try {
        return startOnce();
      } catch (StartException e) {
        if (settings.port != 0 || left == 1 || Ports.isFree(port)) {
          folder.deleteIfTemporary();
          throw e;
        }
        port = Ports.free();
      }
    }
  }

  private GuardedProcess startOnce() {
    Predecessor.awaitEnd(cluster.files().resolve("postmaster.pid"), "postgres");
    if (!Ports.isFree(port)) {
      throw new StartException(
          "Port " + port + ", wanted for PostgreSQL, is in use; choose another.");
    }
    cluster.prepare(settings.fsync);
    GuardedProcess started =
        GuardedProcess.start(
            new GuardedProcess.Spec(
                "PostgreSQL",
                command(),
                "INT",
                PATIENCE,
                cluster.log(),
                null,
                settings.endsAfter,
                folder.temporaryPath(),
                Map.of()));
    ServerStart.await(started, START_LIMIT, () -> isReady(started.pid()));
    return started;
  }

  private List<String> command() {
    Path program = Binaries.postgreSql().resolve("bin/postgres");
    List<String> command = PostgreSqlCluster.asServerUser(program.toString());
    command.addAll(List.of("-D", cluster.files().toString(), "-p", Integer.toString(port)));
    List<String> options = new ArrayList<>();
    options.add("listen_addresses=127.0.0.1");
    options.add("unix_socket_directories=");
    options.add("max_connections=" + settings.maxConnections);
    options.add("fsync=" + (settings.fsync ? "on" : "off"));
    options.add("full_page_writes=" + (settings.fsync ? "on" : "off"));
    options.add("synchronous_commit=on");
    options.addAll(settings.config);
    options.forEach(option -> command.addAll(List.of("-c", option)));
    return command;
  }

  /**
   * PostgreSQL writes its process id and, last, that it is ready into a file of its data folder.
   */
  private boolean isReady(long pid) {
    try {
      Path file = cluster.files().resolve("postmaster.pid");
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.size() >= 8
          && lines.get(0).strip().equals(Long.toString(pid))
          && lines.get(7).strip().equals("ready");
    } catch (IOException e) {
      return false;
    }
  }

  private boolean exists(String database) {
    try (Connection connection = connect();
        var query = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      query.setString(1, database);
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    } catch (SQLException e) {
      process.kill();
      throw new StartException(
          "PostgreSQL started, but refuses its own password: " + e.getMessage(), e);
    }
  }

  private Connection connect() throws SQLException {
    String url = jdbcUrl("postgres") + "?loginTimeout=" + CONNECT_SECONDS;
    return DriverManager.getConnection(url, username(), password());
  }

  /** How to start it. Not thread-safe. */
  public static final class Builder {
    private final List<String> config = new ArrayList<>();
    private @Nullable Path dataFolder;
    private @Nullable Path endsAfter;
    private int port;
    private int maxConnections = 200;
    private boolean fsync = true;

    private Builder() {}

    /** Keeps data, password and log there; made if absent. Otherwise a temporary folder is used. */
    public Builder dataFolder(Path folder) {
      this.dataFolder = folder;
      return this;
    }

    /** Listens on that port; otherwise on a free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** 200 by default. */
    public Builder maxConnections(int maxConnections) {
      this.maxConnections = maxConnections;
      return this;
    }

    /**
     * On by default. Off saves time in tests; then a crash of the machine, not of a process, loses
     * data.
     */
    public Builder fsync(boolean fsync) {
      this.fsync = fsync;
      return this;
    }

    /** Adds a setting of postgresql.conf, such as {@code config("log_statement", "all")}. */
    public Builder config(String name, String value) {
      config.add(name + "=" + value);
      return this;
    }

    /**
     * When this JVM is gone, the processes named by the {@code *.pid} files of that folder end
     * first.
     */
    Builder endsAfter(Path folder) {
      this.endsAfter = folder;
      return this;
    }

    /**
     * Starts it and waits until it answers. The first start in a folder makes the cluster.
     *
     * @throws StartException if it can't; the message says why
     */
    public EmbeddedPostgreSql start() {
      return new EmbeddedPostgreSql(this);
    }
  }
}
