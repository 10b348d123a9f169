package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Waits for a turn's end without a thread. Thread-safe. */
public final class TurnWait implements Sink {
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final Executor executor;

  private TurnWait(Executor executor) {
    this.executor = executor;
  }

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
    TurnWait wait = new TurnWait(executor);
    Reader reader = hub.attach(attachment, wait);
    Time.Timer timer = time.schedule(atMost, () -> wait.complete(false));
    wait.ended.whenComplete((yes, cancelled) -> {
      timer.cancel();
      reader.close(CloseReason.FINISHED);
    });
    return wait.ended;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void write(Delivery delivery) {
    Entry entry = delivery.entry();
    if (entry.event() instanceof Terminal) {
      complete(true);
    }
  }

  @Override
  public void writeUnrun(Terminal terminal) {
    complete(true);
  }

  @Override
  public void close(CloseReason reason) {
    complete(false);
  }

  private void complete(boolean hasEnded) {
    // Not here: whoever waits may block, and this is the thread of a subscription.
    executor.execute(() -> ended.complete(hasEnded));
  }
}
