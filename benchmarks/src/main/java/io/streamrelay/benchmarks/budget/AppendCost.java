package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.budget.AppendLoad.Cost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import tools.jackson.databind.json.JsonMapper;

/** What an append costs, Redis or the worker, beside the plain commands sent the same way. */
final class AppendCost implements Scenario {
  static final AppendCost OF_REDIS = new AppendCost("redis-append", 20_000, true);
  static final AppendCost OF_WORKER = new AppendCost("worker-append", 30_000, false);

  private static final AppendLoad.Sessions SESSIONS =
      new AppendLoad.Sessions("bench", "s", 1, 10_000);

  private final String name;
  private final int rate;
  private final boolean ofRedis;

  private AppendCost(String name, int rate, boolean ofRedis) {
    this.name = name;
    this.rate = rate;
    this.ofRedis = ofRedis;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String what() {
    return "CPU of %s per appended entry, %d/s over %d sessions, beside plain %s"
        .formatted(
            ofRedis ? "Redis" : "the worker",
            rate,
            SESSIONS.count(),
            ofRedis ? "XADD + PUBLISH" : "XADD");
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    if (!ofRedis) {
      Cost relay = cost(bed, "relay");
      Cost plain = cost(bed, "plain");
      return List.of(
          Measured.atMost("worker CPU per append, " + at(), "µs", 8.0, 4.0, relay.ownPerEntry())
              .beside("XADD by a jedis pipeline", plain.ownPerEntry()));
    }
    try (Listener listener = new Listener(bed.redis().port())) {
      Cost relay = cost(bed, "relay");
      Cost pushed = cost(bed, "pushed");
      Cost plain = cost(bed, "plain");
      return List.of(
          Measured.atMost(
                  "Redis CPU per appended entry with its push, " + at(),
                  "µs",
                  10.0,
                  4.0,
                  relay.redisPerEntry())
              .beside("XADD + PUBLISH, pipelined", pushed.redisPerEntry()),
          Measured.atMost(
                  "the same in plain XADDs: the budget is of a machine where one takes 2 µs",
                  "",
                  5.0,
                  2.0,
                  relay.redisPerEntry() / plain.redisPerEntry())
              .beside("XADD + PUBLISH, pipelined", pushed.redisPerEntry() / plain.redisPerEntry()));
    }
  }

  private String at() {
    return "%d/s over %d sessions".formatted(rate, SESSIONS.count());
  }

  private Cost cost(Bed bed, String how) throws Exception {
    try (Jedis redis = new Jedis("127.0.0.1", bed.redis().port())) {
      redis.flushAll();
    }
    int seconds = bed.settings().seconds();
    bed.progress().println("appending (" + how + ") for twice " + seconds + " s");
    Path out = bed.folder().resolve(name + "-" + how + ".json");
    try (JarProcess process =
        AppendLoad.start(bed.redis().port(), how, SESSIONS, rate, seconds, out)) {
      process.awaitEnd(Duration.ofSeconds(120 + 10L * seconds));
    }
    String last = Files.readAllLines(out).getLast();
    Cost cost = new JsonMapper().readValue(last, Cost.class);
    if (cost.failures() > 0) {
      throw new IllegalStateException(cost.failures() + " appends were not stored; see " + out);
    }
    bed.progress()
        .printf("  %.0f/s, %d entries%n", cost.entries() / cost.seconds(), cost.entries());
    return cost;
  }

  /** Somebody who listens, as gateways do; what it costs him isn't measured. */
  private static final class Listener implements AutoCloseable {
    private final Jedis connection;
    private final JedisPubSub pushes = new JedisPubSub() {};

    Listener(int port) {
      connection = new Jedis("127.0.0.1", port, 0);
      String[] channels =
          IntStream.range(0, SESSIONS.count())
              .mapToObj(number -> SESSIONS.key(number).channel())
              .toArray(String[]::new);
      Thread.ofPlatform().daemon().start(() -> listen(channels));
    }

    private void listen(String[] channels) {
      try {
        connection.subscribe(pushes, channels);
      } catch (RuntimeException e) {
        // It was closed.
      }
    }

    @Override
    public void close() {
      connection.disconnect();
    }
  }
}
