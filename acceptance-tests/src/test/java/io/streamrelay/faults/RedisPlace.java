package io.streamrelay.faults;

import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.redis.TestSentinels;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
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

  /**
   * One server with a replica behind a link of its own; somebody else decides who is written to.
   */
  final class Replicated implements RedisPlace {
    private EmbeddedRedis primary = EmbeddedRedis.builder().start();
    private EmbeddedRedis replica;
    private FaultProxy link;

    Replicated() throws IOException {
      standBy();
    }

    /** Starts a replica of the one that is written to, and waits until it has all. */
    void standBy() throws IOException {
      link = new FaultProxy(primary.port());
      replica = EmbeddedRedis.builder().replicaOf(link.port()).start();
      await().atMost(Duration.ofSeconds(30)).until(() -> info().contains("master_link_status:up"));
    }

    private String info() {
      try (Jedis jedis = new Jedis(replica.host(), replica.port())) {
        return jedis.info("replication");
      }
    }

    /**
     * The link stalls, the primary dies, the replica takes its place: what was written in between
     * is lost.
     *
     * @return writes that were lost, in bytes of the replication stream
     */
    long failOver(Duration stalled) throws Exception {
      link.stall();
      Thread.sleep(stalled); // the fault lasts so long
      long written = offset(primary);
      primary.kill();
      try (Jedis jedis = new Jedis(replica.host(), replica.port())) {
        jedis.replicaofNoOne();
      }
      long lost = written - offset(replica);
      primary.close();
      link.close();
      primary = replica;
      return lost;
    }

    private static long offset(EmbeddedRedis server) {
      try (Jedis jedis = new Jedis(server.host(), server.port())) {
        return jedis
            .info("replication")
            .lines()
            .filter(line -> line.startsWith("master_repl_offset:"))
            .mapToLong(line -> Long.parseLong(line.substring(19).strip()))
            .sum();
      }
    }

    @Override
    public EmbeddedRedis server() {
      return primary;
    }

    @Override
    public Map<String, String> environment(int proxy) {
      return Map.of("SPRING_DATA_REDIS_URL", "redis://127.0.0.1:" + proxy);
    }

    @Override
    public void heal() {}

    @Override
    public void close() {
      replica.close();
      primary.close();
    }
  }

  /**
   * A master, a replica and a sentinel; no proxy stands between, since clients ask the sentinel.
   */
  record Sentinels(TestSentinels servers) implements RedisPlace {
    @Override
    public EmbeddedRedis server() {
      return servers.master();
    }

    @Override
    public Map<String, String> environment(int proxy) {
      return Map.of(
          "SPRING_DATA_REDIS_SENTINEL_MASTER",
          TestSentinels.MASTER,
          "SPRING_DATA_REDIS_SENTINEL_NODES",
          servers.nodes());
    }

    @Override
    public void heal() {}

    @Override
    public void close() {
      servers.close();
    }
  }
}
