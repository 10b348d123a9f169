package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.Api.Answer;
import io.streamrelay.protocol.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Redis dies, loses what it had, fills up, and networks do to it what they do. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RedisFaultsTest {
  private static final String SHORT = "demo-t5-i5-f5";

  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  private static Load speaking(Scenario scenario) {
    Load load = Load.begin(system, scenario);
    system.progress().awaitSpeaking(scenario.count() * 9 / 10);
    return load;
  }

  private static List<FaultProxy> ways() {
    return system.nodes().stream().map(Node::redis).toList();
  }

  private static RedisPlace.Single place() {
    return (RedisPlace.Single) system.place();
  }

  @Test
  @Tag("F15")
  void killedRedis_losesNothingOfItsFile() throws Exception {
    Load load = speaking(Scenario.of("F15-redis-killed", Size.of(30, 200), Size.of(8.0, 20)));

    system.redis().kill();
    system.redis().restart();
    Duration flows = system.progress().awaitGrowth();

    Load.Outcome outcome = load.await();
    Figures.within("F15", "Redis answers again to tokens flow", flows, Duration.ofMillis(2500));
    resets("F15", outcome);
  }

  @Test
  @Tag("F16")
  @Tag("faults")
  void emptyRedis_isFilledUnderTheSameIds() throws Exception {
    Load load =
        speaking(
            Scenario.of("F16-redis-empty", Size.of(30, 200), Size.of(8.0, 20)).losingTheStream());

    system.redis().kill();
    place().deleteFile();
    system.redis().restart();

    resets("F16", load.await());
  }

  @Test
  @Tag("F17")
  void flushedRedis_isFilledUnderTheSameIds() throws Exception {
    Load load =
        speaking(
            Scenario.of("F17-redis-flushed", Size.of(30, 200), Size.of(8.0, 20)).losingTheStream());

    try (Jedis jedis = system.jedis()) {
      jedis.flushAll();
    }

    resets("F17", load.await());
  }

  private static void resets(String fault, Load.Outcome outcome) {
    int resets = outcome.turns().stream().mapToInt(turn -> turn.claims() - 1).sum();
    Figures.tell(
        fault,
        "attempts begun anew, of %d turns".formatted(outcome.turns().size()),
        Integer.toString(resets),
        "0",
        resets == 0);
  }

  @Test
  @Tag("F20")
  @Tag("faults")
  void slowRedis_costsPaceAndNothingElse() throws Exception {
    Load load = speaking(Scenario.of("F20-redis-slow", Size.of(20, 50), Size.of(8.0, 60)));

    for (int millis : new int[] {50, 200, 1000}) {
      ways()
          .forEach(way -> way.delay(Duration.ofMillis(millis / 2), Duration.ofMillis(millis / 4)));
      Thread.sleep(Size.of(2000, 20_000)); // the fault lasts so long
    }
    ways().forEach(FaultProxy::pass);

    resets("F20", load.await());
  }

  @Test
  @Tag("F21")
  @Tag("faults")
  void silentRedis_isLeftAndFoundAgain() throws Exception {
    Load load = speaking(Scenario.of("F21-redis-silent", Size.of(20, 100), Size.of(10.0, 15)));

    ways().forEach(FaultProxy::stallThose);
    ways().forEach(FaultProxy::stall);
    Thread.sleep(Size.of(6000, 10_000)); // the fault lasts so long
    ways().forEach(FaultProxy::pass);
    Duration flows = system.progress().awaitGrowth();

    Load.Outcome outcome = load.await();
    Figures.within("F21", "network passes again to tokens flow", flows, Duration.ofSeconds(4));
    resets("F21", outcome);
  }

  @Test
  @Tag("F22")
  void lostReplies_doubleNothing() throws Exception {
    Scenario scenario = Scenario.of("F22-replies-lost", Size.of(20, 50), Size.of(6.0, 60));
    Load load = speaking(scenario);

    for (FaultProxy way : ways()) {
      way.loseReplies(0.02, scenario.seed());
    }

    resets("F22", load.await());
    long lost = ways().stream().mapToLong(FaultProxy::repliesLost).sum();
    assertThat(lost).isPositive();
    Figures.tell("F22", "replies lost, entries doubled", lost + ", 0", "0 doubled", true);
  }

  @Test
  @Tag("F23")
  @Tag("faults")
  void fullRedis_losesNothingOnceItIsFreed() throws Exception {
    Load load = speaking(Scenario.of("F23-redis-full", Size.of(20, 100), Size.of(8.0, 15)));

    try (Jedis jedis = system.jedis()) {
      jedis.configSet("maxmemory", "1mb");
      Thread.sleep(3000); // the fault lasts so long
      jedis.configSet("maxmemory", "0");
    }
    Duration flows = system.progress().awaitGrowth();

    resets("F23", load.await());
    Figures.within("F23", "memory freed to tokens flow", flows, Duration.ofMillis(2500));
  }

  @Test
  @Tag("F23")
  @Tag("faults")
  void fullRedis_takesNothingNew() throws Exception {
    int slots = 4;
    Map<String, String> settings = Map.of("RELAY_WORKER_SLOTS", Integer.toString(slots));
    try (FaultySystem small = FaultySystem.start("full", 2, 1, settings)) {
      List<Answer> speaking = submitEach(small, "speaking", slots, "demo-t2000-i40-f5");
      small.progress().awaitSpeaking(slots);
      List<Answer> waiting = submitEach(small, "waiting", slots, SHORT);
      assertThat(speaking).allMatch(answer -> answer.status() == 202);
      assertThat(waiting).allMatch(answer -> answer.status() == 202);
      List<Answer> refused;
      try (Jedis jedis = small.jedis()) {
        jedis.configSet("maxmemory", "1");
        await().until(() -> small.worker(0).metric("relay_appends_total", "result=\"full\"") > 0);
        for (Node gateway : small.gateways()) {
          await().until(() -> isRefused(gateway)); // what isn't is queued when there is room
        }
        refused = submitEach(small, "refused", 20, SHORT);
        Answer repeated = submitEach(small, "waiting", 1, SHORT).getFirst();
        assertThat(repeated.turn()).isEqualTo(waiting.getFirst().turn());

        cancelEach(small, "speaking", speaking);
        await().until(() -> small.worker(0).process().log().split("left: fenced").length > slots);
        Thread.sleep(5000); // the fault lasts so long, with all slots free and leases at their end
        assertThat(small.progress().count("SELECT count(*) FROM attempts")).isEqualTo(slots);
        assertThat(pending(jedis)).as("jobs that somebody has").isEqualTo(slots);
        jedis.configSet("maxmemory", "0");
      }

      assertThat(refused).allMatch(RedisFaultsTest::isFull);
      await().until(() -> !isRefused(small.gateway(0)) && !isRefused(small.gateway(1)));
      List<Answer> again = submitEach(small, "refused", 20, SHORT);
      assertThat(again).allMatch(answer -> answer.status() == 202);
      assertThat(submitEach(small, "refused", 20, SHORT))
          .extracting(Answer::turn)
          .isEqualTo(again.stream().map(Answer::turn).toList());
      Figures.within(
          "F23",
          "memory freed to all that waited ended",
          small.progress().awaitAllEnded(),
          Duration.ofSeconds(10));
      assertThat(
              small.progress().count("SELECT count(*) FROM turns WHERE session LIKE 'refused-%'"))
          .isEqualTo(20);
      assertThat(small.progress().count("SELECT count(*) FROM turns WHERE status = 'failed'"))
          .isZero();
      assertThat(small.progress().count("SELECT max(attempt) FROM turns")).isEqualTo(1);
      assertThat(new Stores(small).leftovers()).isEmpty();
    }
  }

  /** At the gateways in turn; repeated, it is the same submissions. */
  private static List<Answer> submitEach(FaultySystem system, String name, int count, String model)
      throws InterruptedException {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String session = name + "-" + i;
      answers.add(Api.submit(system.gateway(i % 2).url(), session, session, "Hello", model));
    }
    return answers;
  }

  private static void cancelEach(FaultySystem system, String name, List<Answer> turns)
      throws InterruptedException {
    for (int i = 0; i < turns.size(); i++) {
      String turn = turns.get(i).turn();
      assertThat(Api.cancel(system.gateway(0).url(), name + "-" + i, turn).status()).isEqualTo(200);
    }
  }

  private static long pending(Jedis jedis) {
    return jedis.xpending("jobs:interactive", "relay-workers").getTotal();
  }

  private static boolean isRefused(Node gateway) throws InterruptedException {
    String session = "probe-" + System.nanoTime();
    return Api.submit(gateway.url(), session, session, "Hello", SHORT).status() == 503;
  }

  private static boolean isFull(Answer answer) {
    return answer.status() == 503
        && answer.retryAfter().matches("[1-5]")
        && answer.body().path("code").asString("").equals("store_unavailable");
  }

  @Test
  @Tag("F24")
  @Tag("faults")
  void cutAppendOnlyFile_isMadeWholeAgain() throws Exception {
    Load load =
        speaking(Scenario.of("F24-file-cut", Size.of(20, 100), Size.of(8.0, 15)).losingTheStream());

    system.redis().kill();
    place().cutFile(4096);
    system.redis().restart();

    resets("F24", load.await());
  }

  @Test
  @Tag("F46")
  @Tag("faults")
  void workerCutFromRedis_isReplacedAndSavesNothingTwice() throws Exception {
    Load load = speaking(Scenario.of("F46-worker-without-redis", Size.of(20, 50), 9));

    system.worker(0).redis().refuse();
    Thread.sleep(6000); // the fault lasts longer than the lease
    system.worker(0).redis().pass();

    Load.Outcome outcome = load.await();
    assertThat(outcome.takenOver()).isNotEmpty();
  }

  @Test
  @Tag("F46")
  @Tag("faults")
  void workerCutFromPostgres_keepsItsTurns() throws Exception {
    Load load = speaking(Scenario.of("F46-worker-without-postgresql", Size.of(20, 50), 5));

    system.worker(0).postgres().refuse();
    Thread.sleep(7000); // the fault lasts beyond the turns' last words
    system.worker(0).postgres().pass();

    resets("F46", load.await());
  }
}
