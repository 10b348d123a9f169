package io.streamrelay.protocol.worker;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Twin of the workers' channels: tells at once, in the caller's thread. Thread-safe. */
public final class InMemoryWorkerPush implements WorkerPush {
  private final Map<String, Runnable> orders = new ConcurrentHashMap<>();
  private volatile Consumer<WorkerReport> listener = report -> {};
  private volatile boolean away;

  /** Whether nobody can be told for now. */
  public void setAway(boolean away) {
    this.away = away;
  }

  @Override
  public void report(WorkerReport report) {
    if (!away) {
      listener.accept(report);
    }
  }

  @Override
  public void hear(Consumer<WorkerReport> heard) {
    listener = heard;
  }

  @Override
  public void drain(String worker) {
    if (!worker.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException("no worker has such a name");
    }
    if (away) {
      throw new StoreUnavailableException("the twin is set away");
    }
    orders.getOrDefault(worker, () -> {}).run();
  }

  @Override
  public void onDrain(String worker, Runnable onDrain) {
    orders.put(worker, onDrain);
  }
}
