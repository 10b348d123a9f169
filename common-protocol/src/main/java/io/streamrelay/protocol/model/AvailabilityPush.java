package io.streamrelay.protocol.model;

import java.util.function.Consumer;

/**
 * From the workers, which know how their providers fare, to all gateways. Only a hint: it may be
 * lost, late or come twice, so a worker repeats it and a gateway forgets it. Implementations are
 * thread-safe.
 */
public interface AvailabilityPush {
  /** Tells whoever listens. Bounded in time; throws nothing when nobody can be told. */
  void tell(WorkerModels models);

  /**
   * Begins to hear all workers, now or as soon as that can be had. Never blocks. A later listener
   * takes an earlier one's place.
   *
   * @param listener called on a thread of the subscriber: must not block
   */
  void hear(Consumer<WorkerModels> listener);
}
