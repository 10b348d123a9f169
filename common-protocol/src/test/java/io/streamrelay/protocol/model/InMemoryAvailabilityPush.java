package io.streamrelay.protocol.model;

import java.util.function.Consumer;

/** Twin of the workers' channel: tells at once, in the caller's thread. Thread-safe. */
public final class InMemoryAvailabilityPush implements AvailabilityPush {
  private volatile Consumer<WorkerModels> listener = models -> {};

  @Override
  public void tell(WorkerModels models) {
    listener.accept(models);
  }

  @Override
  public void hear(Consumer<WorkerModels> heard) {
    listener = heard;
  }
}
