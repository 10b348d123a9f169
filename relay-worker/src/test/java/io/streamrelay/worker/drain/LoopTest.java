package io.streamrelay.worker.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LoopTest {
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicReference<Thread> runner = new AtomicReference<>();

  private Loop broken(Duration pause) {
    return new Loop(
        "broken",
        pause,
        () -> {
          runner.set(Thread.currentThread());
          runs.incrementAndGet();
          throw new IllegalStateException("broken");
        });
  }

  private boolean pauses() {
    Thread thread = runner.get();
    return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
  }

  @Test
  void taskThatThrows_doesNotRunAgainBeforeThePause() throws Exception {
    Loop loop = broken(Duration.ofHours(1));

    loop.start();
    await().until(() -> pauses() || runs.get() > 1);
    loop.stop();

    assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void taskThatThrows_runsAgainAfterThePause() throws Exception {
    Loop loop = broken(Duration.ofMillis(1));

    loop.start();
    await().until(() -> runs.get() > 2);
    loop.stop();

    assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
  }
}
