package io.streamrelay.protocol.worker;

import java.util.function.Consumer;

/**
 * Reports from the workers to all gateways, and orders from a gateway to one worker. Only hints:
 * they may be lost, late or come twice. A worker repeats its reports and a gateway forgets them;
 * whether an order was heard shows in the worker's reports, else it is given again. Implementations
 * are thread-safe.
 */
public interface WorkerPush {
  /** Tells all gateways. Bounded in time; throws nothing when nobody can be told. */
  void report(WorkerReport report);

  /**
   * Begins to hear all workers, now or as soon as that can be had. Never blocks. A later listener
   * takes an earlier one's place.
   *
   * @param listener called on a thread of the subscriber: must not block
   */
  void hear(Consumer<WorkerReport> listener);

  /**
   * Tells that worker to drain, wherever it is, if it listens. Bounded in time; throws {@link
   * io.streamrelay.protocol.session.StoreUnavailableException} if it surely wasn't told.
   *
   * @throws IllegalArgumentException no worker has such a name
   */
  void drain(String worker);

  /**
   * Begins to hear that worker's orders, now or as soon as that can be had. Never blocks.
   *
   * @param onDrain called on a thread of the subscriber, perhaps several times: must not block
   */
  void onDrain(String worker, Runnable onDrain);
}
