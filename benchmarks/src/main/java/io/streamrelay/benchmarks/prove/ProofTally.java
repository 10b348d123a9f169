package io.streamrelay.benchmarks.prove;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What is counted while the prover runs. Thread-safe. */
final class ProofTally {
  private static final long MOST_MICROS = 3_600_000_000L;

  final LongAdder accepted = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder lostAnswers = new LongAdder();
  final LongAdder repeats = new LongAdder();
  final LongAdder cancels = new LongAdder();
  final LongAdder readers = new LongAdder();
  final LongAdder open = new LongAdder();
  final LongAdder connections = new LongAdder();
  final LongAdder drops = new LongAdder();
  final LongAdder broken = new LongAdder();
  final LongAdder resumes = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder kills = new LongAdder();
  final Histogram toResume = new ConcurrentHistogram(MOST_MICROS, 3);
  final Histogram takeover = new ConcurrentHistogram(MOST_MICROS, 3);
  private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  /**
   * @param nanos from when a reader wanted its events back to the first of them
   */
  void resumed(long nanos) {
    resumes.increment();
    toResume.recordValue(Math.clamp(nanos / 1000, 0, MOST_MICROS));
  }

  void takenOver(Duration silence) {
    takeover.recordValue(Math.clamp(silence.toNanos() / 1000, 0, MOST_MICROS));
  }

  /** A turn was accepted and is over. */
  void ended(String status, @Nullable String failureCode) {
    outcomes.computeIfAbsent(status, s -> new LongAdder()).increment();
    if (failureCode != null) {
      reason("failed: " + failureCode);
    }
  }

  void refused(String reason) {
    refused.increment();
    reason("refused: " + reason);
  }

  /**
   * @param whyNot null: something was killed
   */
  void struck(@Nullable String whyNot) {
    if (whyNot == null) {
      kills.increment();
    } else {
      reason("not killed: " + whyNot);
    }
  }

  private void reason(String reason) {
    reasons.computeIfAbsent(reason, r -> new LongAdder()).increment();
  }

  long outcomes(String status) {
    LongAdder count = outcomes.get(status);
    return count == null ? 0 : count.sum();
  }

  /** Turns that are over, accepted or not. */
  long over() {
    return refused.sum() + outcomes.values().stream().mapToLong(LongAdder::sum).sum();
  }

  Map<String, Long> reasons() {
    Map<String, Long> counted = new TreeMap<>();
    reasons.forEach((reason, count) -> counted.put(reason, count.sum()));
    return counted;
  }
}
