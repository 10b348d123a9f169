package io.streamrelay.benchmarks.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What is counted while a load runs. Thread-safe. */
final class Tally implements Stamp.Findings {
  private static final long MOST_MICROS = 3_600_000_000L;

  final LongAdder whole = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder open = new LongAdder();
  final LongAdder tokens = new LongAdder();
  final LongAdder lost = new LongAdder();
  final LongAdder doubled = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder badIds = new LongAdder();
  final LongAdder badHashes = new LongAdder();
  final LongAdder takeovers = new LongAdder();
  final LongAdder resumes = new LongAdder();
  final LongAdder clockSteps = new LongAdder();
  final Histogram delay = new ConcurrentHistogram(MOST_MICROS, 3);
  final Histogram firstToken = new ConcurrentHistogram(MOST_MICROS, 3);
  final Histogram refusal = new ConcurrentHistogram(MOST_MICROS, 3);
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  @Override
  public void token(int index, long delayMicros) {
    tokens.increment();
    if (delayMicros < 0) {
      clockSteps.increment();
    }
    delay.recordValue(bounded(delayMicros));
  }

  @Override
  public void lost(int count) {
    lost.add(count);
  }

  @Override
  public void doubled() {
    doubled.increment();
  }

  @Override
  public void foreign() {
    foreign.increment();
  }

  /**
   * @param micros from when the turn was due to its first token
   */
  void firstToken(long micros) {
    firstToken.recordValue(bounded(micros));
  }

  /**
   * The turn was not accepted.
   *
   * @param micros from when it was due to the answer
   */
  void refused(String reason, long micros) {
    refused.increment();
    refusal.recordValue(bounded(micros));
    reason(reason);
  }

  void failed(String reason) {
    failed.increment();
    reason(reason);
  }

  private void reason(String reason) {
    reasons.computeIfAbsent(reason, r -> new LongAdder()).increment();
  }

  Map<String, Long> reasons() {
    Map<String, Long> counted = new TreeMap<>();
    reasons.forEach((reason, count) -> counted.put(reason, count.sum()));
    return counted;
  }

  long ended() {
    return whole.sum() + failed.sum() + refused.sum();
  }

  private static long bounded(long micros) {
    return Math.max(0, Math.min(MOST_MICROS, micros));
  }
}
