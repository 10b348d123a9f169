package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.acceptance.RelayProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers die, freeze, and are told to stop. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class WorkerFaultsTest {
  private static final Duration LEASE = Duration.ofMillis(3500);
  private static final int ENDED_BY_SIGTERM = 143;

  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  @Test
  @Tag("F1")
  void killedWorker_isTakenOverWithOneReset() throws Exception {
    int turns = Size.of(30, 50);
    Load load = Load.begin(system, Scenario.of("F1-worker-killed", turns, 6));
    system.progress().awaitSpeaking(turns * 9 / 10);

    system.worker(0).process().kill();

    Load.Outcome outcome = load.await();
    assertThat(outcome.takenOver()).isNotEmpty().allMatch(turn -> turn.attempts() == 2);
    Figures.quantiles(
        "F1",
        "worker SIGKILL to next token",
        outcome.takeovers(),
        Duration.ofMillis(3500),
        Duration.ofSeconds(5));
  }

  @Test
  @Tag("F5")
  @Tag("faults")
  void pausedWorker_isRefusedWhenItComesBack() throws Exception {
    int turns = Size.of(15, 50);
    Load load = Load.begin(system, Scenario.of("F5-worker-paused", turns, 13));
    system.progress().awaitSpeaking(turns * 9 / 10);

    system.worker(0).pause();
    Thread.sleep(LEASE.multipliedBy(3)); // the fault: it is away for so long
    system.worker(0).resume();

    Load.Outcome outcome = load.await();
    assertThat(outcome.takenOver()).isNotEmpty();
    assertThat(system.worker(0).process().log()).containsPattern("left: (fenced|lost)");
  }

  @Test
  @Tag("F7")
  void stoppedWorker_finishesWhatItHas() throws Exception {
    int turns = Size.of(30, 100);
    Load load = Load.begin(system, Scenario.of("F7-worker-stopped", turns, Size.of(5.0, 10)));
    system.progress().awaitSpeaking(turns * 9 / 10);

    RelayProcess stopped = system.worker(0).process();
    stopped.terminate();

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns()).allMatch(turn -> turn.claims() == 1);
    assertThat(stopped.awaitExit(Duration.ofSeconds(30))).isTrue();
    assertThat(stopped.exitCode()).isIn(0, ENDED_BY_SIGTERM);
    Figures.tell("F7", "resets after a worker's SIGTERM", "0", "0", true);
  }

  @Test
  @Tag("F8")
  @Tag("faults")
  void stoppedWorker_handsOverWhatLastsLonger() throws Exception {
    system.replaceWorker(0, Map.of("RELAY_WORKER_GRACE", "2s")).process().awaitReady();
    int turns = Size.of(15, 50);
    Load load = Load.begin(system, Scenario.of("F8-worker-hands-over", turns, 9));
    system.progress().awaitSpeaking(turns * 9 / 10);

    RelayProcess stopped = system.worker(0).process();
    stopped.terminate();

    Load.Outcome outcome = load.await();
    List<StoredTurn> handedOver =
        outcome.turns().stream().filter(turn -> turn.claims() > 1).toList();
    assertThat(handedOver).isNotEmpty();
    assertThat(outcome.turns()).allMatch(turn -> turn.attempts() == 1);
    assertThat(stopped.awaitExit(Duration.ofSeconds(30))).isTrue();
    Figures.quantiles(
        "F8",
        "hand-over after the grace time",
        outcome.takeovers(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1));
  }
}
