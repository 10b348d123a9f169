package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.Api.Answer;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Callers repeat themselves and change their minds; streams expire; jobs kill their workers. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RequestFaultsTest {
  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  private static String unique(String prefix) {
    return prefix + "-" + System.nanoTime();
  }

  @Test
  @Tag("F36")
  void sameSubmissionTwentyTimesAtOnce_isOneTurn() throws Exception {
    for (int round = 0; round < Size.of(3, 20); round++) {
      String session = unique("f36");
      List<Answer> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          String gateway = system.gateway(i % 2).url();
          asked.add(
              threads.submit(
                  () -> Api.submit(gateway, session, session, "Hello", "demo-t5-i5-f5")));
        }
        for (Future<Answer> answer : asked) {
          answers.add(answer.get());
        }
      }
      Answer other =
          Api.submit(system.gateway(0).url(), session, session, "Something else", "demo-t5-i5-f5");

      assertThat(answers).allMatch(answer -> answer.status() == 202);
      assertThat(answers.stream().map(Answer::turn).distinct()).hasSize(1);
      assertThat(other.status()).isEqualTo(422);
      Answer over = Api.turn(system.gateway(1).url(), session, answers.getFirst().turn());
      assertThat(over.body().path("status").asString("")).isEqualTo("ended");
    }
  }

  @Test
  @Tag("F37")
  void cancelAtAnyMoment_endsTheTurnOnce() throws Exception {
    Scenario scenario = Scenario.of("F37-cancelled", Size.of(30, 100), 3).cancelling();

    Load.Outcome outcome = Load.begin(system, scenario).awaitWhatever();

    assertThat(outcome.report().refused()).isZero();
    assertThat(outcome.turns()).extracting(StoredTurn::status).contains("cancelled");
    assertThat(outcome.turns())
        .allMatch(turn -> turn.status().equals("cancelled") || turn.status().equals("ended"));
  }

  @Test
  @Tag("F37")
  void cancel_closesTheProvidersConnection() throws Exception {
    SplittableRandom random = new SplittableRandom(Scenario.anySeed());
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < Size.of(20, 100); i++) {
      String session = unique("f37");
      String model = "bytes-%s-t400-i20".formatted(session);
      Answer accepted = Api.submit(system.gateway(0).url(), session, session, "Hello", model);
      assertThat(accepted.status()).isEqualTo(202);
      await().pollInterval(Duration.ofMillis(5)).until(() -> provider().calls(model) == 1);
      Thread.sleep(random.nextInt(300)); // any moment of the answer

      long asked = System.nanoTime();
      Answer cancelled = Api.cancel(system.gateway(1).url(), session, accepted.turn());

      assertThat(cancelled.body().path("status").asString("")).isEqualTo("cancelled");
      await().pollInterval(Duration.ofMillis(5)).until(() -> provider().closedAt(model) != null);
      took.add(Duration.ofNanos(provider().closedAt(model) - asked));
    }
    Figures.quantiles(
        "F37",
        "cancel asked to provider's socket closed",
        took,
        Duration.ofMillis(300),
        Duration.ofMillis(300));
  }

  private static ByteProvider provider() {
    return FaultySystem.provider();
  }

  @Test
  @Tag("F33")
  void answerCutAfterAnyByte_isNeverTakenForTheWhole() throws Exception {
    String events = ByteProvider.events(4);
    int finish = events.indexOf("finish_reason\":\"stop");
    List<Integer> cuts = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(Scenario.anySeed());
    for (int bytes = 1; bytes < finish; bytes++) {
      if (Size.isFull() || random.nextInt(10) == 0) {
        cuts.add(bytes);
      }
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> checked = new ArrayList<>();
      for (int bytes : cuts) {
        checked.add(threads.submit(() -> cutAfter(bytes)));
      }
      for (Future<?> check : checked) {
        check.get();
      }
    }
    Figures.tell(
        "F33",
        "answers cut after k bytes that were not taken for whole",
        "%d of %d".formatted(cuts.size(), cuts.size()),
        "all",
        true);
  }

  private static Void cutAfter(int bytes) throws InterruptedException {
    String session = unique("f33-" + bytes);
    String model = "bytes-%s-t4-i0-cut%d".formatted(session, bytes);
    Answer accepted = Api.submit(system.gateway(0).url(), session, session, "Hello", model);
    Answer over = Api.turn(system.gateway(0).url(), session, accepted.turn());
    assertThat(over.body().path("status").asString(""))
        .as("after %d bytes", bytes)
        .isEqualTo("failed");
    assertThat(over.body().path("failure").path("code").asString(""))
        .isIn("provider_truncated", "provider_unavailable");
    String text = over.body().path("message").path("parts").path(0).path("text").asString("");
    assertThat("w0 w1 w2 w3 ").startsWith(text);
    return null;
  }

  @Test
  @Tag("F34")
  @Tag("faults")
  void answerThatStalls_endsInTimeAndFreesItsSlot() throws Exception {
    List<Duration> took = new ArrayList<>();
    for (int bytes : new int[] {100, 300, 450}) {
      String session = unique("f34");
      String model = "bytes-%s-t9-i5-stall%d".formatted(session, bytes);
      Answer accepted = Api.submit(system.gateway(0).url(), session, session, "Hello", model);
      long began = System.nanoTime();

      Answer over = Api.turn(system.gateway(0).url(), session, accepted.turn());

      took.add(Duration.ofNanos(System.nanoTime() - began));
      assertThat(over.body().path("failure").path("code").asString(""))
          .isEqualTo("provider_timeout");
    }
    assertThat(new Stores(system).leftovers()).isEmpty();
    Figures.within(
        "F34",
        "stalled answers given up for good, three attempts of 2 s each, slowest",
        Figures.quantile(took, 1),
        Duration.ofMillis(7500));
  }

  @Test
  @Tag("F39")
  void expiredStreams_areReadFromPostgres() throws Exception {
    Scenario scenario = Scenario.of("F39-expired", Size.of(20, 100), 2).losingTheStream();
    Load load = Load.begin(system, scenario);

    try (Connection database = system.database();
        var query = database.createStatement();
        Jedis jedis = system.jedis()) {
      while (!load.isOver()) {
        try (var ended =
            query.executeQuery(
                """
                SELECT owner, session FROM turns
                WHERE settled_at BETWEEN now() - interval '10 s' AND now() - interval '200 ms'
                """)) {
          while (ended.next()) {
            jedis.del("{user:%s:chat:%s}".formatted(ended.getString(1), ended.getString(2)));
          }
        }
        Thread.sleep(50); // how often streams expire; not a condition of the test
      }
    }

    load.await();
  }

  @Test
  @Tag("F38")
  @Tag("faults")
  void jobThatKillsItsWorkers_isSetAsideAfterThree() throws Exception {
    String session = unique("f38");
    Answer poison =
        Api.submit(system.gateway(0).url(), session, session, "Hello", "demo-t2000-i40-vary");
    Load others = Load.begin(system, Scenario.of("F38-beside-poison", 20, 30));

    for (int kill = 1; kill <= 3; kill++) {
      int attempt = kill;
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> system.progress().holder(poison.turn(), attempt) != null);
      Node holder = system.progress().holder(poison.turn(), attempt);
      holder.process().kill();
      system.heal();
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            Api.turn(system.gateway(0).url(), session, poison.turn())
                .body()
                .path("failure")
                .path("code")
                .asString("")
                .equals("attempts_exhausted"));
    others.awaitWhatever();
  }
}
