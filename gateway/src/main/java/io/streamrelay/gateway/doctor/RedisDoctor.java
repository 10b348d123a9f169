package io.streamrelay.gateway.doctor;

import io.streamrelay.protocol.redis.RedisProbe;
import io.streamrelay.protocol.redis.RedisProbe.Answer;
import io.streamrelay.protocol.redis.RedisProbe.Server;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Examines Redis, every master of it, as the user that is configured. */
final class RedisDoctor implements Subject {
  private static final int PINGS = 20;
  private static final long SLOW_MICROS = 10_000;
  private static final List<String> SETTINGS =
      List.of(
          "appendfsync",
          "timeout",
          "client-output-buffer-limit",
          "min-replicas-to-write",
          "stop-writes-on-bgsave-error");

  private final String place;
  private final Supplier<RedisProbe> connect;
  private final Supplier<Verdict> requirements;
  private final InstantSource clock;

  /**
   * @param connect makes the connections, of which nothing is asked before the examination
   * @param requirements what the gateway itself wants; throws {@link StoreUnavailableException}
   */
  RedisDoctor(
      String place,
      Supplier<RedisProbe> connect,
      Supplier<Verdict> requirements,
      InstantSource clock) {
    this.place = place;
    this.connect = connect;
    this.requirements = requirements;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void examine(Findings findings) throws InterruptedException {
    RedisProbe redis = connect.get();
    try {
      if (requirements.get() instanceof Verdict.NotMet(var why)) {
        findings.fail(
            "reachable",
            why,
            "Mend that in the settings, or in --redis, --redis-password-file; docs/redis.md, \"it says"
                + " … mend\".");
        return;
      }
    } catch (StoreUnavailableException e) {
      findings.fail(
          "reachable", String.valueOf(e.getMessage()), "Start Redis, or correct where it is.");
      return;
    }
    List<Server> masters = redis.masters();
    try {
      for (Server master : masters) {
        String at = masters.size() == 1 ? "" : master.address() + ": ";
        findings.attempt("server", () -> server(redis, master, findings, at));
        findings.attempt("latency", () -> latency(master, findings, at));
      }
      findings.attempt("tls", () -> tls(redis, masters, findings));
      findings.attempt("rights", () -> rights(redis, masters.getFirst(), findings));
      findings.attempt("jobs", () -> new RedisJobs(redis, clock).check(findings));
    } finally {
      masters.forEach(Server::close);
    }
  }

  private void server(RedisProbe redis, Server master, Findings findings, String at) {
    Instant before = clock.instant();
    Answer info = master.ask("INFO");
    Instant after = clock.instant();
    Map<String, String> config = config(master);
    if (!(info instanceof Answer.Said(var said))) {
      findings.warn(
          "info",
          at
              + "user "
              + redis.user()
              + " may not ask INFO: version, policy, persistence, memory and"
              + " limits are unknown",
          "ACL SETUSER " + redis.user() + " +info");
      return;
    }
    RedisInfo server = new RedisInfo(RedisInfo.parse(String.valueOf(said)), config);
    new RedisServerChecks(server, findings, at).all(redis.sharded(), redis.watched());
    if (config == null) {
      findings.note(
          "config",
          at
              + "user "
              + redis.user()
              + " may not ask CONFIG GET: "
              + String.join(", ", SETTINGS)
              + " are unknown",
          "Look as an admin: --redis redis://admin@…, or redis-cli CONFIG GET. Don't permit it to our"
              + " users: it tells passwords too.");
    }
    long micros = server.number("server_time_usec");
    if (micros > 0) {
      Instant theirs = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
      Skew.judge(findings, at + "Redis'", before, after, theirs, Duration.ofMillis(1));
    }
  }

  private static @Nullable Map<String, String> config(Server master) {
    Map<String, String> config = new HashMap<>();
    for (String name : SETTINGS) {
      if (!(master.ask("CONFIG", "GET", name) instanceof Answer.Said(var said))) {
        return null;
      }
      if (said instanceof List<?> pair && pair.size() == 2) {
        config.put(name, String.valueOf(pair.getLast()));
      }
    }
    return config;
  }

  private static void latency(Server master, Findings findings, String at) {
    long[] micros = LongStream.range(0, PINGS).map(i -> pingMicros(master)).sorted().toArray();
    long median = micros[PINGS / 2];
    findings.add(
        median > SLOW_MICROS ? Level.WARN : Level.OK,
        "latency",
        at + "PING takes %.2f ms, at worst %.2f".formatted(median / 1e3, micros[PINGS - 1] / 1e3),
        "Bring Redis nearer to gateways and workers: each chunk waits for it.");
  }

  private static long pingMicros(Server master) {
    long began = System.nanoTime();
    master.ask("PING");
    return (System.nanoTime() - began) / 1_000;
  }

  private static void tls(RedisProbe redis, List<Server> masters, Findings findings) {
    List<String> open = masters.stream().filter(each -> !each.near()).map(Server::address).toList();
    if (redis.tls()) {
      findings.ok("tls", "connections are encrypted, and the certificate names the host");
    } else if (open.isEmpty()) {
      findings.ok("tls", "none, on this machine or a private network");
    } else {
      findings.warn(
          "tls",
          "none, and " + String.join(", ", open) + " is no private address",
          "Use rediss:// or spring.data.redis.ssl.enabled=true (docs/redis.md, TLS).");
    }
  }

  private static void rights(RedisProbe redis, Server master, Findings findings) {
    try (Server last = redis.again(master)) {
      RedisRights.check(findings, redis.user(), redis.sharded(), master, last);
    }
  }
}
