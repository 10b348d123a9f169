package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private final Builder settings;
  private final PostgreSqlCluster cluster;
  private final DataFolder folder;
  private final ServerProcess server;

  private EmbeddedPostgreSql(Builder settings) {
    this.settings = settings;
    this.folder = DataFolder.of(settings.dataFolder, "PostgreSQL");
    this.cluster = new PostgreSqlCluster(folder.path());
    this.server = new ServerProcess("PostgreSQL", folder, settings.port, this::startOn);
    makeDatabase();
  }

  public static Builder builder() {
    return new Builder();
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return server.port();
  }

  /** Of the database {@link #DATABASE}; without the password. */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  public String jdbcUrl(String database) {
    return databases().jdbcUrl(database);
  }

  public String username() {
    return PostgreSqlCluster.USERNAME;
  }

  public String password() {
    return cluster.password();
  }

  /** The process id of PostgreSQL's first process, also after its end. */
  public long pid() {
    return server.process().pid();
  }

  public boolean isRunning() {
    return server.process().isAlive();
  }

  /**
   * Makes an empty database.
   *
   * @param name of {@code [a-z0-9_]}, beginning with a letter
   * @return its JDBC URL
   * @throws IllegalStateException if it is there already, or the server doesn't run
   */
  public String createDatabase(String name) {
    try {
      databases().create(name);
      return jdbcUrl(name);
    } catch (SQLException e) {
      throw new IllegalStateException("database " + name + " was not made: " + e.getMessage(), e);
    }
  }

  /** Ends it in an orderly way, cutting its connections, and waits; no effect if it doesn't run. */
  public void stop() {
    server.stop();
  }

  /**
   * Ends all its processes by SIGKILL and waits until they are gone; no effect if it doesn't run.
   */
  public void kill() {
    server.kill();
  }

  /**
   * Starts it again, on the same port and folder, and waits until it answers; stops it first if it
   * runs.
   */
  public void restart() {
    server.restart();
  }

  /** Stops it, and deletes the data folder if none was given. */
  @Override
  public void close() {
    server.close();
  }

  GuardedProcess process() {
    return server.process();
  }

  private GuardedProcess startOn(int port) {
    Predecessor.awaitEnd(cluster.files().resolve("postmaster.pid"), "postgres");
    cluster.prepare(settings.fsync);
    GuardedProcess started =
        GuardedProcess.start(
            new GuardedProcess.Spec(
                "PostgreSQL",
                command(port),
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

  private List<String> command(int port) {
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

  private PostgreSqlDatabases databases() {
    return new PostgreSqlDatabases(port(), username(), password());
  }

  private void makeDatabase() {
    try {
      if (!databases().exists(DATABASE)) {
        databases().create(DATABASE);
      }
    } catch (SQLException e) {
      close();
      throw new StartException(
          "PostgreSQL started, but refuses its own password: " + e.getMessage(), e);
    }
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
