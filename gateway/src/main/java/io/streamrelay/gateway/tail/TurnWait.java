package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Waits for a turn's end without a thread. */
public final class TurnWait {
  private TurnWait() {}

  /**
   * Waits until the turn's terminal was seen.
   *
   * @param attachment of a turn
   * @param executor where the future's dependents run
   * @return completes with true once the turn has ended, with false when {@code atMost} is over or
   *     the gateway drains; never exceptionally. Cancelling it ends the wait.
   */
  public static CompletableFuture<Boolean> forEnd(
      Hub hub, Attachment attachment, Duration atMost, Time time, Executor executor) {
    throw new UnsupportedOperationException();
  }
}
