package io.streamrelay.gateway.model;

import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.WorkerModels;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How the models fare by what the workers said of late. Each is as good as at the best worker,
 * since whoever takes the job decides. Thread-safe.
 */
final class HeardModels {
  /** Workers speak every 3 s, and only by a push that may be lost. */
  static final Duration BELIEVED = Duration.ofSeconds(15);

  private static final int MAX_WORKERS = 1_000;

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Heard> byWorker = new HashMap<>(); // guarded by lock

  private record Heard(Map<String, Availability> models, long atNanos) {}

  /**
   * @param nanos elapsed time; only differences count
   */
  HeardModels(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A worker said something. Never blocks for long. */
  void hear(WorkerModels said) {
    lock.lock();
    try {
      forgetOld();
      if (said.models().isEmpty()) {
        byWorker.remove(said.worker());
      } else if (byWorker.size() < MAX_WORKERS || byWorker.containsKey(said.worker())) {
        byWorker.put(said.worker(), new Heard(said.models(), nanos.getAsLong()));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param key of the model's entry in {@code relay.models}
   */
  Availability of(String key) {
    lock.lock();
    try {
      forgetOld();
      return byWorker.values().stream()
          .map(heard -> heard.models().getOrDefault(key, Availability.UNKNOWN))
          .reduce(Availability.UNKNOWN, Availability::or);
    } finally {
      lock.unlock();
    }
  }

  private void forgetOld() {
    long now = nanos.getAsLong();
    byWorker.values().removeIf(heard -> now - heard.atNanos() > BELIEVED.toNanos());
  }
}
