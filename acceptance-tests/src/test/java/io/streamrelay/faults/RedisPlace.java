package io.streamrelay.faults;

import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** The Redis of a {@link FaultySystem}. */
interface RedisPlace extends AutoCloseable {
  /** The one that is written to now. */
  EmbeddedRedis server();

  /**
   * What tells a process where Redis is.
   *
   * @param proxy a way to it, if one can stand in front of it
   */
  Map<String, String> environment(int proxy);

  /** Has it answer as if nothing had happened. */
  void heal();

  @Override
  void close();

  /**
   * One server, with an append-only file.
   *
   * @param folder its data folder
   */
  record Single(EmbeddedRedis server, Path folder) implements RedisPlace {
    static Single start() throws IOException {
      Path folder = Files.createTempDirectory("faults-redis");
      EmbeddedRedis server = EmbeddedRedis.builder().dataFolder(folder).appendOnly(true).start();
      return new Single(server, folder);
    }

    /** Of a server that doesn't run. */
    void deleteFile() throws IOException {
      for (Path file : files()) {
        Files.delete(file);
      }
    }

    /** Takes so many bytes off its end, of a server that doesn't run. */
    void cutFile(int bytes) throws IOException {
      for (Path file : files()) {
        if (file.toString().endsWith(".incr.aof")) {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Math.max(0, channel.size() - bytes));
          }
        }
      }
    }

    private List<Path> files() throws IOException {
      try (Stream<Path> files = Files.list(folder.resolve("appendonlydir"))) {
        return files.toList();
      }
    }

    @Override
    public Map<String, String> environment(int proxy) {
      return Map.of("SPRING_DATA_REDIS_URL", "redis://127.0.0.1:" + proxy);
    }

    @Override
    public void heal() {
      if (!server.isRunning()) {
        server.restart();
      }
      Signals.send("CONT", server.pid());
      try (Jedis jedis = new Jedis(server.host(), server.port())) {
        jedis.configSet("maxmemory", "0");
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
