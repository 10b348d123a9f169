package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of whom.
 *
 * @param gateways base URLs, asked in turn
 * @param direct base URL of the provider itself ({@code …/v1}), asked for the same afterwards as a
 *     baseline; null: no baseline
 * @param streams turns in all
 * @param rate turns that arrive per second, whatever became of the earlier ones
 * @param tokens of each answer
 * @param interval from token to token; zero: as fast as the provider can
 * @param firstToken until the provider's first token
 * @param family of the model's name; the pace is appended to it as knobs
 * @param patience until a turn counts as lost
 * @param processes to be charged with CPU and memory: process ids by name
 * @param json file for the whole report; null: none
 * @param key API key, from the environment; null in dev mode
 */
record Plan(
    List<URI> gateways,
    @Nullable URI direct,
    int streams,
    double rate,
    int tokens,
    Duration interval,
    Duration firstToken,
    String family,
    Duration patience,
    Map<String, List<Long>> processes,
    @Nullable Path json,
    @Nullable String key) {

  /** The model that says stamped tokens at this plan's pace. */
  String model() {
    String pace = "-t%d-i%d-f%d".formatted(tokens, interval.toMillis(), firstToken.toMillis());
    return family + pace;
  }

  /** When a turn is due, counted from the first. */
  long dueNanos(int number) {
    return (long) (number / rate * 1e9);
  }

  /** Never prints the key. */
  @Override
  public String toString() {
    return "Plan[" + model() + ", streams=" + streams + ", rate=" + rate + "]";
  }
}
