package io.streamrelay.gateway.doctor;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By made-up answers: what a real server can't be brought to say here. */
class RedisServerChecksTest {
  private static final Map<String, String> GOOD =
      RedisInfo.parse(
          """
          # Server
          redis_version:7.2.4
          maxmemory_policy:noeviction
          used_memory:100
          maxmemory:1000
          aof_enabled:1
          aof_last_write_status:ok
          aof_last_bgrewrite_status:ok
          rdb_last_bgsave_status:ok
          connected_clients:10
          maxclients:10000
          connected_slaves:1
          """);
  private static final Map<String, String> CONFIG =
      Map.of(
          "appendfsync", "everysec",
          "timeout", "0",
          "min-replicas-to-write", "1",
          "client-output-buffer-limit",
              "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");

  private static Examined judge(Map<String, String> info, @Nullable Map<String, String> config) {
    Findings findings = new Findings();
    new RedisServerChecks(new RedisInfo(info, config), findings, "").all(false, true);
    return Examined.of(findings);
  }

  @Test
  void all_isWell() {
    judge(GOOD, CONFIG).isWell();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis_version             | 6.2.14      | FAIL | version
          redis_version             | next        | FAIL | version
          maxmemory_policy          | allkeys-lru | FAIL | eviction
          used_memory               | 850         | WARN | memory
          used_memory               | 960         | FAIL | memory
          maxmemory                 | 0           | NOTE | memory
          maxmemory                 | -           | NOTE | memory
          aof_enabled               | 0           | WARN | aof
          aof_last_write_status     | err         | FAIL | disk
          rdb_last_bgsave_status    | err         | FAIL | disk
          aof_last_bgrewrite_status | err         | WARN | disk
          connected_clients         | 9000        | WARN | connections
          connected_clients         | 9995        | FAIL | connections
          connected_slaves          | 0           | WARN | replicas
          connected_slaves          | 0           | FAIL | min-replicas
          """)
  void all_judgesWhatInfoSays(String name, String value, Level level, String check) {
    Map<String, String> info = new HashMap<>(GOOD);
    info.put(name, value);

    judge(info, CONFIG).has(level, check);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          appendfsync                | no                        | WARN | appendfsync
          timeout                    | 300                       | WARN | timeout
          client-output-buffer-limit | pubsub 1048576 1048576 10 | WARN | push-buffer
          client-output-buffer-limit | pubsub 0 0 0              | OK   | push-buffer
          """)
  void all_judgesWhatConfigSays(String name, String value, Level level, String check) {
    Map<String, String> config = new HashMap<>(CONFIG);
    config.put(name, value);

    judge(GOOD, config).has(level, check);
  }

  @Test
  void policyWithoutABound_isAWarning() {
    Map<String, String> info = new HashMap<>(GOOD);
    info.put("maxmemory_policy", "allkeys-lru");
    info.put("maxmemory", "0");

    judge(info, CONFIG).has(Level.WARN, "eviction", "allkeys-lru");
  }

  @Test
  void aSnapshotThatFailed_isAWarningWhereWritesGoOn() {
    Map<String, String> info = new HashMap<>(GOOD);
    info.put("rdb_last_bgsave_status", "err");
    Map<String, String> config = new HashMap<>(CONFIG);
    config.put("stop-writes-on-bgsave-error", "no");

    judge(info, config).has(Level.WARN, "disk", "snapshot");
    config.put("stop-writes-on-bgsave-error", "yes");
    judge(info, config).has(Level.FAIL, "disk", "refuses all writes");
    judge(info, null).has(Level.FAIL, "disk", "unless stop-writes-on-bgsave-error is no");
  }
}
