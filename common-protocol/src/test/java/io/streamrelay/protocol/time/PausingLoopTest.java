package io.streamrelay.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PausingLoopTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicReference<Thread> runner = new AtomicReference<>();
  private PausingLoop loop = new PausingLoop("unused", LONG, () -> {});

  @AfterEach
  void stop() throws InterruptedException {
    loop.close();
  }

  private void start(Duration pause, Runnable round) {
    loop =
        new PausingLoop(
            "tested",
            pause,
            () -> {
              runner.set(Thread.currentThread());
              rounds.incrementAndGet();
              round.run();
            });
    loop.start();
  }

  private boolean pauses() {
    Thread thread = runner.get();
    return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
  }

  private boolean ended() {
    return !runner.get().isAlive();
  }

  private static void fail() {
    throw new IllegalStateException("broken for a test");
  }

  private static void sleepUntilInterrupted() {
    try {
      Thread.sleep(LONG);
    } catch (InterruptedException e) {
      // and forgotten
    }
  }

  @Test
  void firstRound_comesAtOnceAndTheNextAfterThePause() {
    start(LONG, () -> {});

    await().until(() -> pauses() || rounds.get() > 1);

    assertThat(rounds).hasValue(1);
  }

  @Test
  void roundThatThrows_isNotRunAgainBeforeThePause() {
    start(LONG, PausingLoopTest::fail);

    await().until(() -> pauses() || rounds.get() > 1);

    assertThat(rounds).hasValue(1);
  }

  @Test
  void roundThatThrows_doesNotEndTheLoop() {
    start(Duration.ofMillis(1), PausingLoopTest::fail);

    await().until(() -> rounds.get() > 2);
  }

  @Test
  void roundThatLeavesItsThreadInterrupted_isNotRunAgainBeforeThePause() {
    start(LONG, () -> Thread.currentThread().interrupt());

    await().until(() -> pauses() || rounds.get() > 1);

    assertThat(rounds).hasValue(1);
  }

  @Test
  void stop_endsThePause() {
    start(LONG, () -> {});
    await().until(this::pauses);

    loop.stop();

    await().until(this::ended);
  }

  @Test
  void stop_interruptsTheRoundAndNoneFollows() {
    start(Duration.ZERO, PausingLoopTest::sleepUntilInterrupted);
    await().until(this::pauses);

    loop.stop();

    await().until(this::ended);
    assertThat(rounds).hasValue(1);
  }

  @Test
  void stop_byARoundIsItsLast() {
    start(LONG, () -> loop.stop());

    await().until(() -> runner.get() != null && ended());

    assertThat(rounds).hasValue(1);
  }

  @Test
  void close_waitsForTheRound() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    start(
        Duration.ZERO,
        () -> {
          sleepUntilInterrupted();
          interrupted.countDown();
          await().until(() -> mayEnd.getCount() == 0);
        });
    await().until(() -> rounds.get() == 1);
    Thread.ofVirtual()
        .start(() -> {
          await().until(() -> interrupted.getCount() == 0);
          mayEnd.countDown();
        });

    loop.close();

    assertThat(ended()).isTrue();
  }

  @Test
  void close_beforeTheStartDoesNothing() throws Exception {
    new PausingLoop("never started", LONG, PausingLoopTest::fail).close();
  }
}
