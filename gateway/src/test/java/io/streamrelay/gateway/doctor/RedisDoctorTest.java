package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisProbe;
import io.streamrelay.protocol.redis.RedisRequirements;
import io.streamrelay.protocol.redis.TestCluster;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;

/** Of real servers, good ones and bad ones. */
class RedisDoctorTest {
  private static final EmbeddedRedis REDIS = EmbeddedRedis.builder().appendOnly(true).start();
  private static final String JOBS = "jobs:interactive";

  @AfterAll
  static void stop() {
    REDIS.close();
  }

  @BeforeEach
  void restore() {
    try (Jedis admin = admin()) {
      admin.flushAll();
      admin.configSet("maxmemory", "100mb");
      admin.configSet("maxmemory-policy", "noeviction");
      admin.configSet("appendonly", "yes");
      admin.configSet("appendfsync", "everysec");
      admin.configSet("timeout", "0");
    }
  }

  private static Jedis admin() {
    return new Jedis(REDIS.host(), REDIS.port());
  }

  private static Examined examine(String... settings) throws Exception {
    return examine(InstantSource.system(), settings);
  }

  private static Examined examine(InstantSource clock, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of(settings));
    if (all.stream().noneMatch(setting -> setting.contains("cluster"))) {
      all.add("--spring.data.redis.port=" + REDIS.port());
    }
    try (var context =
        new SpringApplicationBuilder(DoctorConfiguration.class)
            .web(WebApplicationType.NONE)
            .lazyInitialization(true)
            .properties(Map.of("spring.data.redis.client-type", "jedis"))
            .run(all.toArray(String[]::new))) {
      RedisConnections connections = context.getBean(RedisConnections.class);
      return Examined.of(
          new RedisDoctor(
              connections.toString(),
              () -> new RedisProbe(connections),
              () -> context.getBean(RedisRequirements.class).check(),
              clock));
    }
  }

  @Test
  void examine_findsAllWellAndLeavesNothing() throws Exception {
    Examined found = examine();

    found
        .has(Level.OK, "version", "7.0.15, a single server")
        .has(Level.OK, "rights", "user default may do what a gateway and what a worker does")
        .has(Level.OK, "latency", "PING takes")
        .has(Level.OK, "appendfsync", "everysec")
        .has(Level.OK, "clock", "agree")
        .has(Level.OK, "tls", "none, on this machine")
        .has(Level.OK, "dead-letters", "none")
        .isWell();
    try (Jedis admin = admin()) {
      assertThat(admin.dbSize()).isZero();
    }
  }

  @Test
  void examine_findsBadSettings() throws Exception {
    try (Jedis admin = admin()) {
      admin.configSet("maxmemory-policy", "allkeys-lru");
      admin.configSet("appendfsync", "no");
      admin.configSet("timeout", "300");
      admin.configSet("maxmemory", "1200000");
    }

    examine()
        .has(Level.FAIL, "eviction", "allkeys-lru")
        .has(Level.WARN, "appendfsync", "is no")
        .has(Level.WARN, "timeout", "300 s")
        .has(Level.FAIL, "memory", "% of 1 MiB");

    try (Jedis admin = admin()) {
      admin.configSet("appendonly", "no");
    }
    examine().has(Level.WARN, "aof", "no accepted turn is lost").hasNo("appendfsync");
  }

  @Test
  void examine_findsClocksApart() throws Exception {
    examine(InstantSource.offset(InstantSource.system(), Duration.ofSeconds(3)))
        .has(Level.WARN, "clock", "Redis' clock is 3.0 s behind");
    examine(InstantSource.offset(InstantSource.system(), Duration.ofSeconds(-10)))
        .has(Level.FAIL, "clock", "s ahead of");
  }

  @Test
  void examine_ofTheUsersWeShip() throws Exception {
    try (Jedis admin = admin()) {
      for (String line :
          Files.readAllLines(Path.of("..", "deploy", "redis", "users.acl")).subList(1, 3)) {
        List<String> words = new ArrayList<>(List.of(rules(line)));
        String user = words.removeFirst();
        words.add("#" + Answer.sha256("secret"));
        admin.aclSetUser(user, words.toArray(String[]::new));
      }
      for (String user : List.of("relay-gateway", "relay-worker")) {
        examine("--spring.data.redis.username=" + user, "--spring.data.redis.password=secret")
            .has(Level.OK, "rights", "user " + user + " may do what a " + user.substring(6))
            .has(Level.OK, "eviction")
            .has(Level.NOTE, "config", "appendfsync", "unknown")
            .has(Level.OK, "jobs")
            .isWell();
      }
      admin.aclDelUser("relay-gateway", "relay-worker");
    }
  }

  /** {@code user <name> <rule>…}; a selector in brackets is one rule. */
  private static String[] rules(String line) {
    return line.substring("user ".length()).split(" (?![^(]*\\))");
  }

  @Test
  void examine_ofAUserWithoutRights() throws Exception {
    try (Jedis admin = admin()) {
      admin.aclSetUser("poor", "on", ">secret", "~*", "&*", "+ping", "+select", "+client|setname");

      examine("--spring.data.redis.username=poor", "--spring.data.redis.password=secret")
          .has(Level.WARN, "info", "user poor may not ask INFO")
          .has(Level.FAIL, "rights", "+xadd", "+evalsha", "+subscribe")
          .has(Level.NOTE, "jobs");
      admin.aclDelUser("poor");
    }
  }

  @Test
  void examine_ofAWorkersUserThatLacksOneRight() throws Exception {
    try (Jedis admin = admin()) {
      admin.aclSetUser(
          "worker", "on", ">secret", "~*", "resetchannels", "&push:*", "+@all", "-xack");
      admin.aclSetUser("worker", "-subscribe", "(&control:* +subscribe)", "-xpending");
      admin.xadd(JOBS, StreamEntryID.NEW_ENTRY, Map.of("a", "b"));

      Examined found =
          examine("--spring.data.redis.username=worker", "--spring.data.redis.password=secret");

      found
          .has(
              Level.FAIL,
              "rights",
              "+publish &control:*, +subscribe &push:*; and no worker's, it lacks",
              "+xack ~jobs:*")
          .has(Level.NOTE, "jobs", "who holds jobs of " + JOBS);
      admin.aclDelUser("worker");
    }
  }

  @Test
  void examine_ofAWrongPasswordQuotesNone() throws Exception {
    try (Jedis admin = admin()) {
      admin.aclSetUser("me", "on", ">secret", "~*", "&*", "+@all");

      Examined found =
          examine("--spring.data.redis.username=me", "--spring.data.redis.password=geheim");

      found.has(Level.FAIL, "reachable", "refuses user and password");
      assertThat(found.toString()).doesNotContain("geheim");
      admin.aclDelUser("me");
    }
  }

  @Test
  void examine_ofNobody() throws Exception {
    REDIS.stop();
    try {
      examine().has(Level.FAIL, "reachable", "can't be reached");
    } finally {
      REDIS.restart();
    }
  }

  @Test
  void examine_looksAtJobs() throws Exception {
    try (Jedis admin = admin()) {
      admin.xadd(JOBS, StreamEntryID.NEW_ENTRY, Map.of("a", "b"));
      examine().has(Level.WARN, "jobs", "has 1 jobs, and no worker");

      admin.xgroupCreate(JOBS, "relay-workers", new StreamEntryID("0-0"), false);
      examine().has(Level.OK, "jobs");
      admin.xreadGroup(
          "relay-workers",
          "w",
          XReadGroupParams.xReadGroupParams(),
          Map.of(JOBS, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
      examine().has(Level.OK, "jobs");
      assertThat(examine().findings())
          .anyMatch(finding -> finding.fact().equals(JOBS + ": 0 waiting, 1 held by 1 worker"));

      admin.sendCommand(
          redis.clients.jedis.Protocol.Command.XCLAIM,
          JOBS,
          "relay-workers",
          "w",
          "0",
          admin.xrange(JOBS, "-", "+").getFirst().getID().toString(),
          "IDLE",
          "20000");
      examine().has(Level.WARN, "jobs", "1 of them not renewed for 10 s");
    }
  }

  @Test
  void examine_looksAtDeadLetters() throws Exception {
    try (Jedis admin = admin()) {
      admin.xadd("jobs:dead", new StreamEntryID("1000-0"), Map.of("a", "b"));
      examine().has(Level.OK, "dead-letters", "1 in jobs:dead, the newest of 1970-01-01");

      admin.xadd("jobs:dead", StreamEntryID.NEW_ENTRY, Map.of("a", "b"));
      examine().has(Level.WARN, "dead-letters", "2 in jobs:dead");
    }
  }

  @Test
  void examine_ofAClusterLooksAtEachMaster() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      Examined found =
          await()
              .atMost(Duration.ofSeconds(20))
              .until(
                  () -> examine("--spring.data.redis.cluster.nodes=" + cluster.nodes()),
                  examined -> examined.findings().size() > 10);

      found.has(Level.OK, "rights").has(Level.OK, "version", "a master of a cluster");
      assertThat(found.findings())
          .filteredOn(finding -> finding.check().equals("version"))
          .hasSize(3);
    }
  }
}
