package io.streamrelay.quickstart;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Watches all that runs and starts again what dies. Thread-safe; one virtual thread per member. */
final class Fleet {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** A member that ran that long before it died is started again at once. */
  private static final Duration SOUND = Duration.ofSeconds(60);

  /**
   * The exit status of what SIGKILL ended: somebody's hand, or want of memory. Nothing is wrong
   * with the program, so it too is started again at once.
   */
  private static final int KILLED = 128 + 9;

  private static final int TAIL_LINES = 5;

  private final Console console;
  private final CountDownLatch stopping = new CountDownLatch(1);

  Fleet(Console console) {
    this.console = console;
  }

  /**
   * One thing that runs.
   *
   * @param process the one that was started last
   * @param restart starts another and waits until it is ready; throws {@link StartException} if it
   *     can't
   */
  record Member(String name, Supplier<GuardedProcess> process, Runnable restart) {}

  /** Starts it again whenever it dies, until {@link #stopWatching}. */
  void watch(Member member) {
    Thread.ofVirtual().name("watch-" + member.name()).start(() -> keepAlive(member));
  }

  /** From now on nothing is started again. */
  void stopWatching() {
    stopping.countDown();
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void keepAlive(Member member) {
    int deaths = 0;
    while (true) {
      GuardedProcess process = member.process().get();
      long started = System.nanoTime();
      int status = process.onExit().join();
      boolean sound = System.nanoTime() - started > SOUND.toNanos();
      deaths = sound || status == KILLED ? 1 : deaths + 1;
      if (isStopping()) {
        return;
      }
      Duration pause = pause(deaths);
      console.line(death(process, pause));
      if (stopsWithin(pause)) {
        return;
      }
      restart(member);
    }
  }

  private void restart(Member member) {
    long started = System.nanoTime();
    try {
      member.restart().run();
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      console.line(
          "%s (pid %d) is ready after %s"
              .formatted(member.name(), member.process().get().pid(), Console.seconds(took)));
    } catch (StartException e) {
      if (!isStopping()) {
        console.line(String.valueOf(e.getMessage()));
      }
    }
  }

  private static String death(GuardedProcess process, Duration pause) {
    String when = pause.isZero() ? "" : " in " + Console.seconds(pause);
    String tail = LogTail.of(process.log(), TAIL_LINES);
    return process.name() + " (pid " + process.pid() + ") died; starting another" + when + tail;
  }

  /** The first time none, then 1, 2, 4 … seconds. */
  private static Duration pause(int deaths) {
    if (deaths <= 1) {
      return Duration.ZERO;
    }
    Duration doubled = Duration.ofSeconds(1L << Math.min(deaths - 2, 10));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private boolean stopsWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
