package io.streamrelay.worker.outbox;

import java.util.List;

/** Where events go. Each has a publisher of its own. Thread-safe. */
public interface Destination {
  /** As rows of the outbox name it, and metrics: {@code kafka}, {@code webhook:<key>}. */
  String name();

  /**
   * Blocks until each event is delivered or not, in this order per session, for a bounded time: the
   * rows stay locked meanwhile. Where one of a session isn't delivered those after it needn't be
   * tried; they are {@link Delivery.Later} too. Never throws for a failed delivery.
   *
   * @param events of one owner's session in the order of their ends, at least one in all
   * @return what became of each, in the order of {@code events}
   */
  List<Delivery> deliver(List<OutboxEvent> events) throws InterruptedException;
}
