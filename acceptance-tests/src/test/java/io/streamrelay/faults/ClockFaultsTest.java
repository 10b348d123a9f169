package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/**
 * The clock of Redis' machine is set, while turns run and wait: leases, keys' expiry and the ids of
 * job entries are by it. Our own redis-server is linked statically, so the system's is used.
 */
@Tag("faults")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ClockFaultsTest {
  private static final Path REDIS = Path.of("/usr/bin/redis-server");
  private static final int SLOTS = 15;

  private static SteppedClock clock;
  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    if (!Files.isExecutable(REDIS) || !Files.isExecutable(Path.of("/usr/bin/gcc"))) {
      throw new AssertionError(
          "this test sets Redis' clock: it needs %s, and gcc (apt-get install redis-server gcc libc6-dev)"
              .formatted(REDIS));
    }
    Path folder = Files.createTempDirectory("faults-clock");
    clock = new SteppedClock(folder);
    EmbeddedRedis server =
        EmbeddedRedis.builder()
            .program(clock.of(REDIS))
            .dataFolder(Files.createDirectory(folder.resolve("data")))
            .appendOnly(true)
            .start();
    system =
        FaultySystem.start(
            "F25-redis-clock",
            2,
            2,
            Map.of("RELAY_WORKER_SLOTS", Integer.toString(SLOTS)),
            new RedisPlace.Single(server, folder.resolve("data")));
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  @BeforeEach
  void setRight() throws IOException {
    set(Duration.ZERO);
  }

  @Test
  @Tag("F25")
  void clockThatIsSet_costsOneTakeoverAtMost() throws Exception {
    Scenario scenario = Scenario.of("F25-clock-set", SLOTS, 12).losingTheStream();

    setAgainAndAgain(scenario, SLOTS * 9 / 10); // the other worker's slots are free
  }

  @Test
  @Tag("F25")
  void clockThatIsSet_whileJobsWaitLosesNone() throws Exception {
    Scenario scenario = Scenario.of("F25-clock-set-full", 3 * SLOTS, 12).losingTheStream();

    setAgainAndAgain(scenario, 2 * SLOTS);
  }

  private static void setAgainAndAgain(Scenario scenario, int speaking) throws Exception {
    Load load = Load.begin(system, scenario);
    system.progress().awaitSpeaking(speaking);

    set(Duration.ofHours(2));
    Duration flows = system.progress().awaitGrowth();
    Thread.sleep(3000); // the fault lasts so long
    set(Duration.ZERO);
    Thread.sleep(3000); // likewise
    set(Duration.ofHours(-1));

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns()).allMatch(turn -> turn.claims() <= 2);
    int turns = outcome.turns().size();
    String of = " of %d turns at %d slots".formatted(turns, 2 * SLOTS);
    Figures.within("F25", "clock 2 h on to tokens flow," + of, flows, Duration.ofSeconds(5));
    int anew = outcome.takenOver().size();
    Figures.tell("F25", "attempts begun anew," + of, anew + "", "one each", true);
  }

  private static void set(Duration off) throws IOException {
    clock.step(off);
    try (Jedis jedis = system.jedis()) {
      Instant shown = Instant.ofEpochSecond(Long.parseLong(jedis.time().getFirst()));
      assertThat(Duration.between(Instant.now().plus(off), shown).abs())
          .isLessThan(Duration.ofMinutes(1));
    }
  }
}
