package io.streamrelay.gateway.admin;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the workers said of themselves of late. Thread-safe. */
final class HeardWorkers {
  /** Workers speak every 3 s, and only by a push that may be lost. */
  static final Duration BELIEVED = Duration.ofSeconds(15);

  /** Of those that are known: who leaves is forgotten. */
  static final List<WorkerState> STATES =
      List.of(WorkerState.WORKING, WorkerState.DRAINING, WorkerState.DRAINED);

  private static final int MAX_WORKERS = 1_000;

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Heard> byWorker = new HashMap<>(); // guarded by lock

  /**
   * @param ago when it was said
   */
  record Said(WorkerReport report, Duration ago) {}

  private record Heard(WorkerReport report, long atNanos) {}

  /**
   * @param nanos elapsed time; only differences count
   */
  HeardWorkers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A worker said something. Never blocks for long. */
  void hear(WorkerReport report) {
    lock.lock();
    try {
      forgetOld();
      if (report.state() == WorkerState.LEAVING) {
        byWorker.remove(report.worker());
      } else if (byWorker.size() < MAX_WORKERS || byWorker.containsKey(report.worker())) {
        byWorker.put(report.worker(), new Heard(report, nanos.getAsLong()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** All of them, by name. */
  List<Said> all() {
    lock.lock();
    try {
      forgetOld();
      return byWorker.values().stream()
          .map(this::said)
          .sorted(Comparator.comparing(said -> said.report().worker()))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** How many say so of themselves. */
  long count(WorkerState state) {
    return all().stream().filter(said -> said.report().state() == state).count();
  }

  /** Null if it wasn't heard of late. */
  @Nullable Said of(String worker) {
    lock.lock();
    try {
      forgetOld();
      Heard heard = byWorker.get(worker);
      return heard == null ? null : said(heard);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long that worker had sent nothing to the turn's session stream, when it last spoke; null if
   * it didn't say.
   */
  @Nullable Duration quiet(String worker, TurnId turn) {
    Said said = of(worker);
    Long millis = said == null ? null : said.report().quietMillis().get(turn.toString());
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private Said said(Heard heard) {
    return new Said(heard.report(), Duration.ofNanos(nanos.getAsLong() - heard.atNanos()));
  }

  private void forgetOld() {
    long now = nanos.getAsLong();
    byWorker.values().removeIf(heard -> now - heard.atNanos() > BELIEVED.toNanos());
  }
}
