package io.streamrelay.quickstart;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a server that was just started. */
final class ServerStart {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int TAIL_LINES = 12;

  private ServerStart() {}

  /**
   * Returns when {@code ready} says so.
   *
   * @throws StartException with the end of its log if the process ends or isn't ready within {@code
   *     limit}; then it is stopped
   */
  static void await(GuardedProcess process, Duration limit, BooleanSupplier ready) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new StartException(process.name() + " ended right after its start." + tail(process));
      }
      if (System.nanoTime() - deadline > 0) {
        process.kill();
        throw new StartException(
            process.name() + " was not ready within " + limit.toSeconds() + " s." + tail(process));
      }
      pause(process);
    }
  }

  private static String tail(GuardedProcess process) {
    return LogTail.of(process.log(), TAIL_LINES);
  }

  private static void pause(GuardedProcess process) {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      process.kill();
      Thread.currentThread().interrupt();
      throw new StartException("The start of " + process.name() + " was interrupted.", e);
    }
  }
}
