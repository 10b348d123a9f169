package io.streamrelay.gateway.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Judges one server by what it says of itself; asks nothing. */
final class RedisServerChecks {
  private static final int LEAST_MAJOR = 7;

  /** Docs: at most so many to each master, and a few while a process looks around. */
  private static final int CONNECTIONS_OF_A_PROCESS = 10;

  private static final long MEBI = 1 << 20;

  private final RedisInfo redis;
  private final Findings findings;
  private final String at;

  /**
   * @param at put before each fact; empty: there is only one server
   */
  RedisServerChecks(RedisInfo redis, Findings findings, String at) {
    this.redis = redis;
    this.findings = findings;
    this.at = at;
  }

  void all(boolean sharded, boolean watched) {
    version(sharded, watched);
    policy();
    memory();
    appendOnly();
    sync();
    lastWrites();
    connections();
    timeout();
    pushBuffer();
    replicas(watched);
  }

  private void add(Level level, String check, String fact, String advice) {
    findings.add(level, check, at + fact, advice);
  }

  private void version(boolean sharded, boolean watched) {
    String version = redis.text("redis_version", "unknown");
    String major = version.replaceFirst("\\..*", "");
    boolean old = !major.matches("\\d{1,4}") || Integer.parseInt(major) < LEAST_MAJOR;
    String topology =
        sharded ? "a master of a cluster" : watched ? "a master with sentinels" : "a single server";
    add(
        old ? Level.FAIL : Level.OK,
        "version",
        "Redis " + version + ", " + topology + (old ? "; 7.0 or newer is needed" : ""),
        "Upgrade Redis.");
  }

  private void policy() {
    String policy = redis.text("maxmemory_policy", "unknown");
    if (policy.equals("noeviction")) {
      add(Level.OK, "eviction", "maxmemory-policy is noeviction", "");
      return;
    }
    boolean bounded = redis.number("maxmemory") > 0;
    add(
        bounded ? Level.FAIL : Level.WARN,
        "eviction",
        "maxmemory-policy is "
            + policy
            + (bounded
                ? ": live session streams and jobs are thrown away when memory is full"
                : "; harmless only as long as maxmemory is not set"),
        "CONFIG SET maxmemory-policy noeviction, and in redis.conf, or in the service's parameters.");
  }

  private void memory() {
    long used = redis.number("used_memory");
    long most = redis.number("maxmemory");
    if (used < 0 || most < 0) {
      add(Level.NOTE, "memory", "Redis doesn't say how much it uses", "Watch it elsewhere.");
      return;
    }
    if (most == 0) {
      long system = redis.number("total_system_memory");
      boolean tight = system > 0 && used > system / 2;
      add(
          tight ? Level.WARN : Level.NOTE,
          "memory",
          "%d MiB are used, maxmemory is not set: the machine decides".formatted(used / MEBI),
          "CONFIG SET maxmemory to twice what streams take (docs/redis.md, Memory).");
      return;
    }
    long share = used * 100 / most;
    add(
        share >= 95 ? Level.FAIL : share >= 80 ? Level.WARN : Level.OK,
        "memory",
        "%d %% of %d MiB are used".formatted(share, most / MEBI),
        "Raise maxmemory, or shorten relay.redis.retention: a full Redis accepts no turn (503).");
  }

  private void appendOnly() {
    boolean on = redis.text("aof_enabled", "0").equals("1");
    add(
        on ? Level.OK : Level.WARN,
        "aof",
        on
            ? "appendonly is on"
            : "appendonly is off: each restart of Redis loses its streams, and every running"
                + " attempt writes its own again; no accepted turn is lost",
        "CONFIG SET appendonly yes, and in redis.conf.");
  }

  private void sync() {
    if (!redis.text("aof_enabled", "0").equals("1")) {
      return;
    }
    String policy = redis.setting("appendfsync");
    if (policy != null) {
      boolean synced = policy.equals("everysec") || policy.equals("always");
      add(
          synced ? Level.OK : Level.WARN,
          "appendfsync",
          "appendfsync is "
              + policy
              + (synced ? "" : ": what the system hasn't written is lost with the machine"),
          "CONFIG SET appendfsync everysec, and in redis.conf.");
    }
  }

  private void lastWrites() {
    boolean aofFailed = redis.text("aof_last_write_status", "ok").equals("err");
    boolean rewriteFailed = redis.text("aof_last_bgrewrite_status", "ok").equals("err");
    boolean saveFailed = redis.text("rdb_last_bgsave_status", "ok").equals("err");
    String stopping = redis.setting("stop-writes-on-bgsave-error");
    boolean stops = !"no".equals(stopping);
    if (aofFailed) {
      add(
          Level.FAIL,
          "disk",
          "the last write of the append-only file failed: Redis refuses all writes",
          "See Redis' log: the disk is full or broken.");
    } else if (saveFailed || rewriteFailed) {
      add(
          saveFailed && stops ? Level.FAIL : Level.WARN,
          "disk",
          saveFailed
              ? "the last snapshot failed"
                  + (stops ? ", for which Redis refuses all writes" : "")
                  + (stopping == null ? ", unless stop-writes-on-bgsave-error is no" : "")
              : "the last rewrite of the append-only file failed",
          "See Redis' log: disk or memory is short. CONFIG SET stop-writes-on-bgsave-error no"
              + " lets writes go on.");
    } else {
      add(Level.OK, "disk", "the last writes to disk went well", "");
    }
  }

  private void connections() {
    long connected = redis.number("connected_clients");
    long most = redis.number("maxclients");
    if (connected < 0 || most <= 0) {
      return;
    }
    long left = most - connected;
    add(
        left < CONNECTIONS_OF_A_PROCESS
            ? Level.FAIL
            : connected > most * 0.8 ? Level.WARN : Level.OK,
        "connections",
        "%d of %d (maxclients) are open; a gateway or worker takes up to %d"
            .formatted(connected, most, CONNECTIONS_OF_A_PROCESS),
        "CONFIG SET maxclients higher, with the system's limit of open files; or see by CLIENT LIST"
            + " who holds them.");
  }

  private void timeout() {
    String seconds = redis.setting("timeout");
    if (seconds != null) {
      boolean never = seconds.equals("0");
      add(
          never ? Level.OK : Level.WARN,
          "timeout",
          never
              ? "quiet connections are left open"
              : "Redis closes connections that are quiet for " + seconds + " s, as ours may be",
          "CONFIG SET timeout 0, and in redis.conf.");
    }
  }

  /** {@code normal 0 0 0 slave … pubsub <hard> <soft> <seconds>}. */
  private void pushBuffer() {
    String limits = redis.setting("client-output-buffer-limit");
    if (limits == null || !limits.matches(".*\\bpubsub \\d{1,18} \\d{1,18} \\d+.*")) {
      return;
    }
    String[] words = limits.replaceFirst(".*\\bpubsub ", "").split(" ");
    long hard = Long.parseLong(words[0]);
    long soft = Long.parseLong(words[1]);
    boolean small = hard != 0 && hard < 32 * MEBI || soft != 0 && soft < 8 * MEBI;
    String said =
        String.format(
            Locale.ROOT,
            "pushes may wait in %d MiB, %d MiB for %s s",
            hard / MEBI,
            soft / MEBI,
            words[2]);
    add(
        small ? Level.WARN : Level.OK,
        "push-buffer",
        said + (small ? ": a gateway that is slow for a moment is cut off" : ""),
        "CONFIG SET client-output-buffer-limit \"pubsub 64mb 32mb 60\", and in redis.conf.");
  }

  private void replicas(boolean watched) {
    long replicas = redis.number("connected_slaves");
    if (watched && replicas == 0) {
      add(
          Level.WARN,
          "replicas",
          "no replica is connected: the sentinels have nobody to put in the master's place",
          "Start one, or see its log.");
    } else if (replicas > 0) {
      add(Level.OK, "replicas", replicas + " connected", "");
    }
    @Nullable String least = redis.setting("min-replicas-to-write");
    if (least != null && !least.equals("0") && replicas < Long.parseLong(least)) {
      add(
          Level.FAIL,
          "min-replicas",
          "min-replicas-to-write is "
              + least
              + ", connected are "
              + replicas
              + ": Redis refuses all writes",
          "Bring the replicas back, or CONFIG SET min-replicas-to-write 0.");
    }
  }
}
