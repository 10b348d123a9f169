package io.streamrelay.gateway.model;

import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.WorkerModels;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private record Heard(WorkerModels said, long atNanos) {}

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
        byWorker.put(said.worker(), new Heard(said, nanos.getAsLong()));
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
          .map(heard -> heard.said().models().getOrDefault(key, Availability.UNKNOWN))
          .reduce(Availability.UNKNOWN, Availability::or);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The keys of the providers that may answer for a model, in the order in which they are asked;
   * empty if no worker said.
   *
   * @param key of the model's entry in {@code relay.models}
   */
  List<String> route(String key) {
    lock.lock();
    try {
      forgetOld();
      return byWorker.values().stream()
          .flatMap(heard -> heard.said().routes().getOrDefault(key, List.of()).stream())
          .distinct()
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** All providers that a worker has, by their keys, each as good as at the best worker. */
  SortedMap<String, WorkerModels.Provider> providers() {
    SortedMap<String, WorkerModels.Provider> providers = new TreeMap<>();
    lock.lock();
    try {
      forgetOld();
      byWorker
          .values()
          .forEach(heard ->
              heard
                  .said()
                  .providers()
                  .forEach((key, it) -> providers.merge(key, it, HeardModels::better)));
    } finally {
      lock.unlock();
    }
    return providers;
  }

  private static WorkerModels.Provider better(
      WorkerModels.Provider one, WorkerModels.Provider two) {
    return new WorkerModels.Provider(one.type(), one.availability().or(two.availability()));
  }

  private void forgetOld() {
    long now = nanos.getAsLong();
    byWorker.values().removeIf(heard -> now - heard.atNanos() > BELIEVED.toNanos());
  }
}
