package io.streamrelay.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server 7.0.15 on a loopback port, for tests and for the launcher. It ends with this
 * JVM, also when that is killed. Thread-safe.
 *
 * <pre>{@code
 * try (var redis = EmbeddedRedis.builder().start()) {
 *   connect(redis.host(), redis.port());
 * }
 * }</pre>
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Builder settings;
  private final DataFolder folder;
  private final ServerProcess server;

  private EmbeddedRedis(Builder settings) {
    this.settings = settings;
    this.folder = DataFolder.of(settings.dataFolder, "Redis");
    this.server = new ServerProcess("Redis", folder, settings.port, this::startOn);
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

  /** {@code redis://127.0.0.1:<port>}. */
  public String url() {
    return "redis://" + host() + ":" + port();
  }

  /** The process id of redis-server itself, also after its end. */
  public long pid() {
    return server.process().pid();
  }

  public boolean isRunning() {
    return server.process().isAlive();
  }

  /**
   * Ends it by SIGTERM, as an operator would, and waits until it is gone; no effect if it doesn't
   * run.
   */
  public void stop() {
    server.stop();
  }

  /** Ends it by SIGKILL and waits until it is gone; no effect if it doesn't run. */
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
    Predecessor.awaitEnd(folder.path().resolve("redis.pid"), "redis-server");
    GuardedProcess started =
        GuardedProcess.start(
            new GuardedProcess.Spec(
                "Redis",
                command(port),
                "TERM",
                PATIENCE,
                folder.path().resolve("redis.log"),
                null,
                settings.endsAfter,
                folder.temporaryPath(),
                Map.of()));
    ServerStart.await(started, START_LIMIT, () -> RedisProbe.answers(port, started.pid()));
    return started;
  }

  private List<String> command(int port) {
    List<String> command = new ArrayList<>();
    Path program = settings.program == null ? Binaries.redisServer() : settings.program;
    command.add(program.toString());
    if (settings.sentinel != null) {
      command.addAll(List.of(sentinelConfig(settings.sentinel).toString(), "--sentinel"));
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", folder.path().toString()));
      command.addAll(settings.config);
      return command;
    }
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.path().toString(), "--daemonize", "no"));
    command.addAll(List.of("--pidfile", folder.path().resolve("redis.pid").toString()));
    command.addAll(List.of("--appendonly", settings.appendOnly ? "yes" : "no"));
    command.addAll(List.of("--appendfsync", "everysec", "--save", ""));
    command.addAll(List.of("--maxmemory-policy", "noeviction", "--timeout", "0"));
    command.addAll(List.of("--tcp-keepalive", "30", "--stop-writes-on-bgsave-error", "no"));
    command.addAll(List.of("--repl-diskless-sync-delay", "0")); // a replica has its data at once
    command.addAll(settings.config);
    return command;
  }

  /** A sentinel keeps what it learns in this file, so it is written only once. */
  private Path sentinelConfig(String monitored) {
    Path file = folder.path().resolve("sentinel.conf");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, monitored);
      }
      return file;
    } catch (IOException e) {
      throw new StartException("%s could not be written: %s".formatted(file, e), e);
    }
  }

  /** How to start it. Not thread-safe. */
  public static final class Builder {
    private final List<String> config = new ArrayList<>();
    private @Nullable Path dataFolder;
    private @Nullable Path endsAfter;
    private @Nullable Path program;
    private int port;
    private boolean appendOnly;
    private @Nullable String sentinel;

    private Builder() {}

    /** Keeps data and log there; made if absent. Otherwise a temporary folder is used. */
    public Builder dataFolder(Path folder) {
      this.dataFolder = folder;
      return this;
    }

    /** Runs that redis-server, of 7.0 or later; otherwise the one that comes with this artifact. */
    public Builder program(Path redisServer) {
      this.program = redisServer;
      return this;
    }

    /** Listens on that port; otherwise on a free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** Persists by an append-only file, synced every second; otherwise nothing is persisted. */
    public Builder appendOnly(boolean appendOnly) {
      this.appendOnly = appendOnly;
      return this;
    }

    /**
     * Adds a setting of redis.conf, such as {@code config("maxmemory", "10mb")}; the last one of a
     * name counts.
     */
    public Builder config(String name, String... values) {
      config.add("--" + name);
      config.addAll(List.of(values));
      return this;
    }

    /** Replicates the server on that loopback port, for as long as nobody says otherwise. */
    public Builder replicaOf(int masterPort) {
      return config("replicaof", "127.0.0.1", Integer.toString(masterPort));
    }

    /**
     * As a node of a cluster, which holds no slots and knows no other node yet.
     *
     * @param nodeTimeout how long a node is away before it counts as dead
     */
    public Builder cluster(Duration nodeTimeout) {
      return config("cluster-enabled", "yes")
          .config("cluster-port", Integer.toString(Ports.free()))
          .config("cluster-node-timeout", Long.toString(nodeTimeout.toMillis()));
    }

    /**
     * Not as a server of data, but as the only sentinel of one.
     *
     * @param master the name by which clients ask for it
     * @param downAfter how long the master is away before a replica takes its place
     */
    public Builder sentinel(String master, int masterPort, Duration downAfter) {
      sentinel =
          """
          sentinel monitor %1$s 127.0.0.1 %2$d 1
          sentinel down-after-milliseconds %1$s %3$d
          sentinel failover-timeout %1$s 5000
          """
              .formatted(master, masterPort, downAfter.toMillis());
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
     * Starts it and waits until it answers.
     *
     * @throws StartException if it can't; the message says why
     */
    public EmbeddedRedis start() {
      return new EmbeddedRedis(this);
    }
  }
}
