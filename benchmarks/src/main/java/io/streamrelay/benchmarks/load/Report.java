package io.streamrelay.benchmarks.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a load came to.
 *
 * @param label what was asked: {@code relay} or {@code provider}
 * @param model with its pace
 * @param streams turns that were asked for
 * @param rate of those, per second
 * @param whole turns that ended well with every token, once, in order, and the hash that is saved
 * @param failed turns that ended otherwise
 * @param refused turns that weren't accepted
 * @param reasons of those, counted
 * @param tokens that arrived and were due
 * @param lost tokens that are missing
 * @param doubled tokens that came again, or too late
 * @param foreign places with text that no token is made of
 * @param badIds events whose id doesn't follow the one before
 * @param badHashes ends whose length or SHA-256 isn't that of what was read
 * @param takeovers attempts begun anew
 * @param resumes connections after the first of a turn
 * @param clockSteps tokens that arrived before they were said: clocks differ by at least that
 * @param delay from the provider's stamp to here
 * @param firstTokenAdded from when the turn was due to its first token, less the provider's time
 * @param refusal from when the turn was due to the refusal; null if there was none
 * @param takeover from an attempt's last token to the next one's first; null if there was none
 * @param seconds of the run
 * @param cpuMicrosPerToken by process, and {@code all} for their sum; empty if none was named.
 *     Those whose name begins with a dash are not in the sum
 * @param kibPerStream growth of resident memory (peak less start) by process, per stream that was
 *     open at the same time
 * @param mostOpen streams that were open at the same time
 * @param foreignCores see {@link Processes#foreignCores}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
    String label,
    String model,
    int streams,
    double rate,
    long whole,
    long failed,
    long refused,
    Map<String, Long> reasons,
    long tokens,
    long lost,
    long doubled,
    long foreign,
    long badIds,
    long badHashes,
    long takeovers,
    long resumes,
    long clockSteps,
    Millis delay,
    Millis firstTokenAdded,
    @Nullable Millis refusal,
    @Nullable Millis takeover,
    double seconds,
    Map<String, Double> cpuMicrosPerToken,
    Map<String, Double> kibPerStream,
    long mostOpen,
    double foreignCores) {

  /** A distribution, in milliseconds. */
  public record Millis(double p50, double p90, double p99, double max) {
    public static Millis of(Histogram micros) {
      return new Millis(
          at(micros, 50), at(micros, 90), at(micros, 99), micros.getMaxValue() / 1000.0);
    }

    private static double at(Histogram micros, double percentile) {
      return micros.getValueAtPercentile(percentile) / 1000.0;
    }
  }

  static Report of(
      String label, Plan plan, Tally tally, Processes processes, double seconds, long mostOpen) {
    Map<String, Double> cpu = new LinkedHashMap<>();
    Map<String, Double> memory = new LinkedHashMap<>();
    double all = 0;
    double tokens = Math.max(1, tally.tokens.sum());
    for (Map.Entry<String, Processes.Use> used : processes.used().entrySet()) {
      Processes.Use use = used.getValue();
      double micros = use.cpu().toNanos() / 1000.0 / tokens;
      cpu.put(used.getKey(), micros);
      if (isCharged(used.getKey())) {
        all += micros;
      }
      long growth = use.memoryPeak() - use.memoryStart();
      memory.put(used.getKey(), growth / 1024.0 / Math.max(1, mostOpen));
    }
    if (!cpu.isEmpty()) {
      cpu.put("all", all);
      memory.put("all", charged(memory));
    }
    return new Report(
        label,
        plan.model(),
        plan.streams(),
        plan.rate(),
        tally.whole.sum(),
        tally.failed.sum(),
        tally.refused.sum(),
        tally.reasons(),
        tally.tokens.sum(),
        tally.lost.sum(),
        tally.doubled.sum(),
        tally.foreign.sum(),
        tally.badIds.sum(),
        tally.badHashes.sum(),
        tally.takeovers.sum(),
        tally.resumes.sum(),
        tally.clockSteps.sum(),
        Millis.of(tally.delay),
        Millis.of(tally.firstToken),
        tally.refused.sum() == 0 ? null : Millis.of(tally.refusal),
        tally.takeover.getTotalCount() == 0 ? null : Millis.of(tally.takeover),
        seconds,
        cpu,
        memory,
        mostOpen,
        processes.foreignCores());
  }

  /** Others are shown, not summed up. */
  private static boolean isCharged(String process) {
    return !process.startsWith("-");
  }

  private static double charged(Map<String, Double> values) {
    return values.entrySet().stream()
        .filter(value -> isCharged(value.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Whether every accepted turn arrived whole. */
  public boolean isClean() {
    return failed == 0 && lost + doubled + foreign + badIds + badHashes == 0;
  }
}
