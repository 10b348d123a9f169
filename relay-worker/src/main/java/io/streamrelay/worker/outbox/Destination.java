package io.streamrelay.worker.outbox;

import java.time.Duration;
import java.util.List;

/** Where events go. Each has a publisher of its own in each worker. Thread-safe. */
public interface Destination {
  /** As rows of the outbox name it, and metrics: {@code kafka}, {@code webhook:<key>}. */
  String name();

  /** What {@link #deliver} takes at most: after that somebody else may deliver the same again. */
  default Duration longest() {
    return Duration.ofSeconds(10);
  }

  /**
   * Blocks until each event is delivered or not, at most {@link #longest}; what isn't tried by then
   * is {@link Delivery.Later}. All of a session's earlier events were delivered before. Never
   * throws for a failed delivery.
   *
   * @param events one at least, each of another session, oldest first
   * @return what became of each, in the order of {@code events}
   */
  List<Delivery> deliver(List<OutboxEvent> events) throws InterruptedException;
}
