package io.streamrelay.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final int PORT_TRIES = 5;

  private final Builder settings;
  private final DataFolder folder;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile int port;
  private volatile GuardedProcess process;

  private EmbeddedRedis(Builder settings) {
    this.settings = settings;
    this.folder = DataFolder.of(settings.dataFolder, "Redis");
    this.port = settings.port == 0 ? Ports.free() : settings.port;
    this.process = startOnSomePort();
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

  /** {@code redis://127.0.0.1:<port>}. */
  public String url() {
    return "redis://" + host() + ":" + port;
  }

  /** The process id of redis-server itself, also after its end. */
  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Ends it by SIGTERM, as an operator would, and waits until it is gone; no effect if it doesn't
   * run.
   */
  public void stop() {
    locked(() -> process.stop());
  }

  /** Ends it by SIGKILL and waits until it is gone; no effect if it doesn't run. */
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

  /** A port that was found free may be taken before Redis binds it: then another one is tried. */
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
    Predecessor.awaitEnd(folder.path().resolve("redis.pid"), "redis-server");
    if (!Ports.isFree(port)) {
      throw new StartException("Port " + port + ", wanted for Redis, is in use; choose another.");
    }
    GuardedProcess started =
        GuardedProcess.start(
            new GuardedProcess.Spec(
                "Redis",
                command(),
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

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Binaries.redisServer().toString());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.path().toString(), "--daemonize", "no"));
    command.addAll(List.of("--pidfile", folder.path().resolve("redis.pid").toString()));
    command.addAll(List.of("--appendonly", settings.appendOnly ? "yes" : "no"));
    command.addAll(List.of("--appendfsync", "everysec", "--save", ""));
    command.addAll(List.of("--maxmemory-policy", "noeviction", "--timeout", "0"));
    command.addAll(List.of("--tcp-keepalive", "30", "--stop-writes-on-bgsave-error", "no"));
    command.addAll(settings.config);
    return command;
  }

  /** How to start it. Not thread-safe. */
  public static final class Builder {
    private final List<String> config = new ArrayList<>();
    private @Nullable Path dataFolder;
    private @Nullable Path endsAfter;
    private int port;
    private boolean appendOnly;

    private Builder() {}

    /** Keeps data and log there; made if absent. Otherwise a temporary folder is used. */
    public Builder dataFolder(Path folder) {
      this.dataFolder = folder;
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
