package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.fault.Failpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers die and freeze between two exact steps of a turn's end. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailpointFaultsTest {
  /** Of the statement that saves and ends a turn, and of no other. */
  private static final String SAVE = "ended_at = now(), saved_at = now()";

  /** An argument of the script that closes a session stream, in Redis' protocol. */
  private static final String CLOSE = "\r\n$3\r\nend\r\n";

  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  /** One failpoint for each worker, of which one is reached. */
  private record Failpoints(List<Failpoint> each) {
    static Failpoints at(Function<Node, Failpoint> place) {
      return new Failpoints(system.workers().stream().map(place).toList());
    }

    /** The worker that reached it. */
    Node awaitNode() {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> each.stream().anyMatch(Failpoint::isReached));
      for (int i = 0; i < each.size(); i++) {
        if (each.get(i).isReached()) {
          return system.worker(i);
        }
      }
      throw new IllegalStateException();
    }

    void release() {
      each.forEach(Failpoint::release);
    }
  }

  private static Load oneTurn(String name) {
    return Load.begin(system, Scenario.of(name, 1, 1));
  }

  /** Generated once: the next worker found {@code done} and asked no provider. */
  private static void assertFirstAttemptsText(Load.Outcome outcome) {
    StoredTurn turn = outcome.turns().getFirst();
    StoredTurn asOnce = turn.withAttempts(1);
    assertThat(StoreCheck.of(asOnce, false))
        .filteredOn(sentence -> sentence.contains("attempts said"))
        .isEmpty();
  }

  @Test
  @Tag("F2")
  void workerKilledBeforeItSaves_costsNoSecondAnswer() throws Exception {
    Failpoints save = Failpoints.at(worker -> worker.postgres().hold(SAVE));
    Load load = oneTurn("F2-killed-before-save");

    Node held = save.awaitNode();
    held.process().kill();
    held.postgres().refuse(); // what it wanted to save never arrives

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns().getFirst().claims()).isEqualTo(2);
    assertFirstAttemptsText(outcome);
  }

  @Test
  @Tag("F3")
  @Tag("faults")
  void workerKilledBeforeItCloses_isFollowedByOneThatDoes() throws Exception {
    Failpoints close = Failpoints.at(worker -> worker.redis().hold(CLOSE));
    Load load = oneTurn("F3-killed-before-close");

    Node held = close.awaitNode();
    held.process().kill();
    held.redis().refuse(); // nor its close
    long began = System.nanoTime();
    system.progress().awaitNewestTurnClosed();
    Duration closed = Duration.ofNanos(System.nanoTime() - began);

    Load.Outcome outcome = load.await();
    assertFirstAttemptsText(outcome);
    Figures.within("F3", "killed before the close to end", closed, Duration.ofSeconds(5));
  }

  @Test
  @Tag("F4")
  void closeWhoseReplyIsLost_isRepeated() throws Exception {
    Failpoints close = Failpoints.at(worker -> worker.redis().loseReplyTo(CLOSE));
    Load load = oneTurn("F4-close-reply-lost");

    close.awaitNode();

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns().getFirst().claims()).isEqualTo(1);
  }

  @Test
  @Tag("F6")
  void workerPausedInItsSave_losesToTheNext() throws Exception {
    Failpoints save = Failpoints.at(worker -> worker.postgres().hold(SAVE));
    Load load = oneTurn("F6-paused-in-save");

    Node held = save.awaitNode();
    held.pause();
    await().atMost(Duration.ofSeconds(30)).until(() -> system.progress().claimsOfNewestTurn() == 2);
    save.release(); // the old save arrives only now
    held.resume();

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns().getFirst().claims()).isEqualTo(2);
    assertFirstAttemptsText(outcome);
  }
}
