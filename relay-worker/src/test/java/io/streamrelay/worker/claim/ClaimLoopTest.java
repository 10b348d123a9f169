package io.streamrelay.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.worker.attempt.RunnerScene;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ClaimLoopTest extends RunnerScene {
  private static final SessionKey OTHER = new SessionKey(Owner.DEV, new SessionId("other"));

  private final List<Runnable> started = new ArrayList<>();
  private final ClaimGate gate = new ClaimGate(time, jobs::isFull);

  private ClaimLoop loop(int slots) {
    return loop(settings(slots, Duration.ZERO), 0.5);
  }

  private ClaimLoop loop(WorkerProperties settings, double random) {
    return new ClaimLoop(blocking(time), runner, started::add, gate, time, settings, () -> random);
  }

  /** Lets the loop go round until then. */
  private void runFor(ClaimLoop loop, Duration duration) {
    time.schedule(duration, loop::stop);
    loop.run();
  }

  @Test
  void run_claimsNoMoreThanItHasSlots() {
    submit(SESSION, "One", "demo");
    submit(OTHER, "Two", "demo");

    runFor(loop(1), Duration.ofSeconds(1));

    assertThat(started).hasSize(1);
    assertThat(jobs.claim(5, Duration.ZERO)).hasSize(1);
  }

  @Test
  void run_usesASlotAgainOnceItsAttemptIsOver() {
    TurnId one = submit(SESSION, "One", "demo");
    TurnId two = submit(OTHER, "Two", "demo");
    script = sink -> sink.text("Yes");
    ClaimLoop loop = loop(1);
    time.schedule(Duration.ofMillis(50), () -> started.removeFirst().run());
    time.schedule(Duration.ofMillis(900), () -> started.removeFirst().run());

    runFor(loop, Duration.ofSeconds(1));

    assertThat(look(one).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(look(two).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(started).isEmpty();
  }

  @Test
  void run_reclaimsWhatAnotherLeftToItsLease() {
    submit("Hello");
    new InMemoryJobQueue(jobStreams, "dead").claim(1, Duration.ZERO);

    runFor(loop(2), Duration.ofSeconds(3));
    assertThat(started).isEmpty();
    runFor(loop(2), Duration.ofSeconds(2));

    assertThat(started).hasSize(1);
  }

  @Test
  void run_reclaimsInTimeThoughClaimsWaitForLonger() {
    submit("Hello");
    new InMemoryJobQueue(jobStreams, "dead").claim(1, Duration.ZERO);
    WorkerProperties usual = settings(2, Duration.ZERO);
    WorkerProperties patient =
        new WorkerProperties(
            usual.name(),
            usual.slots(),
            Duration.ofMillis(500),
            usual.reclaimEvery(),
            usual.heartbeat(),
            usual.quiet(),
            usual.keepEvery(),
            usual.sweepEvery(),
            usual.grace());

    runFor(loop(patient, 0.9), Duration.ofMillis(3700)); // looks every 600 ms

    assertThat(started).hasSize(1);
  }

  @Test
  void run_leavesOthersALeasesTimeToRenewWhenRedisIsBack() {
    submit("Hello");
    new InMemoryJobQueue(jobStreams, "other").claim(1, Duration.ZERO);
    AtomicBoolean away = new AtomicBoolean(true);
    time.schedule(Duration.ofSeconds(5), () -> away.set(false)); // longer than a lease
    ClaimLoop loop = loop(failing(away::get));

    runFor(loop, Duration.ofSeconds(8));
    assertThat(started).isEmpty();
    runFor(loop(failing(away::get)), Duration.ofSeconds(2));

    assertThat(started).hasSize(1);
  }

  @Test
  void run_reclaimsThoughRedisFailsAgainAndAgain() {
    submit("Hello");
    new InMemoryJobQueue(jobStreams, "dead").claim(1, Duration.ZERO);
    AtomicInteger calls = new AtomicInteger();

    runFor(loop(failing(() -> calls.incrementAndGet() % 3 == 0)), Duration.ofSeconds(9));

    assertThat(started).isNotEmpty();
  }

  private ClaimLoop loop(JobQueue queue) {
    return new ClaimLoop(
        queue, runner, started::add, gate, time, settings(2, Duration.ZERO), () -> 0.5);
  }

  /** A queue whose Redis doesn't answer a call of which that says so. */
  private JobQueue failing(BooleanSupplier fails) {
    JobQueue queue = blocking(time);
    return (JobQueue)
        Proxy.newProxyInstance(
            JobQueue.class.getClassLoader(),
            new Class<?>[] {JobQueue.class},
            (proxy, method, arguments) -> {
              if (fails.getAsBoolean()) {
                throw new StoreUnavailableException("Redis is away");
              }
              return method.invoke(queue, arguments);
            });
  }

  @Test
  void run_claimsNothingWhileRedisIsFull() {
    submit("Hello");
    gate.storeFull();

    runFor(loop(2), Duration.ofMillis(900));
    assertThat(started).isEmpty();
    runFor(loop(2), Duration.ofMillis(900));

    assertThat(started).hasSize(1);
  }

  @Test
  void run_claimsNothingForAsLongAsRedisIsFull() {
    submit("Hello");
    jobStreams.setFull(true);
    gate.storeFull();

    runFor(loop(2), Duration.ofSeconds(10));
    assertThat(started).isEmpty();
    jobStreams.setFull(false);
    runFor(loop(2), Duration.ofSeconds(2));

    assertThat(started).hasSize(1);
  }

  @Test
  void gate_letsOneThroughAtATimeWhilePostgresIsAway() {
    gate.postgresAway();
    time.advance(Duration.ofSeconds(1));

    assertThat(gate.limit(8)).isEqualTo(1);
    gate.postgresAnswered();
    assertThat(gate.limit(8)).isEqualTo(8);
    gate.postgresAway();
    assertThat(gate.limit(8)).isZero();
  }

  @Test
  void run_endsWhenItsThreadIsInterrupted() throws Exception {
    try (SystemTime real = new SystemTime()) {
      ClaimLoop loop =
          new ClaimLoop(
              jobs, runner, started::add, gate, real, settings(1, Duration.ZERO), () -> 0.5);
      submit("Hello");
      Thread thread = Thread.ofPlatform().start(loop); // takes the slot, then waits for another

      thread.interrupt();

      assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    }
  }
}
