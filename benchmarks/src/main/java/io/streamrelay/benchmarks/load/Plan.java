package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of whom.
 *
 * @param gateways base URLs, asked in turn
 * @param dialect in whose words the gateways are asked
 * @param direct base URL of the provider itself ({@code …/v1}), asked for the same afterwards as a
 *     baseline; null: no baseline
 * @param streams turns in all
 * @param rate turns that arrive per second, whatever became of the earlier ones
 * @param warmUp turns before those, at the same rate, that don't count
 * @param tokens of each answer
 * @param interval from token to token; zero: as fast as the provider can
 * @param firstToken until the provider's first token
 * @param family of the model's name; the pace is appended to it as knobs
 * @param patience until a turn counts as lost
 * @param processes to be charged with CPU and memory: process ids by name
 * @param json file for the whole report; null: none
 * @param key API key, from the environment; null in dev mode
 */
public record Plan(
    List<URI> gateways,
    Dialect dialect,
    @Nullable URI direct,
    int streams,
    double rate,
    int warmUp,
    int tokens,
    Duration interval,
    Duration firstToken,
    String family,
    Duration patience,
    Map<String, List<Long>> processes,
    @Nullable Path json,
    @Nullable String key) {

  /** In dev mode, without warm-up: for a system that the caller started itself. */
  public static Plan of(URI gateway, String family, Map<String, List<Long>> processes) {
    return new Plan(
        List.of(gateway),
        Dialect.SSE,
        null,
        50,
        10,
        0,
        200,
        Duration.ofMillis(40),
        Duration.ofMillis(200),
        family,
        Duration.ofSeconds(120),
        processes,
        null,
        null);
  }

  /** As many turns, that many per second. */
  public Plan arriving(int streams, double rate) {
    return with(dialect, streams, rate, tokens, interval, firstToken, processes);
  }

  Plan withStreams(int streams) {
    return arriving(streams, rate);
  }

  /** Answers of this length and pace. */
  public Plan saying(int tokens, Duration interval, Duration firstToken) {
    return with(dialect, streams, rate, tokens, interval, firstToken, processes);
  }

  /** In other words. */
  public Plan speaking(Dialect dialect) {
    return with(dialect, streams, rate, tokens, interval, firstToken, processes);
  }

  /** Charging others. */
  public Plan charging(Map<String, List<Long>> processes) {
    return with(dialect, streams, rate, tokens, interval, firstToken, processes);
  }

  private Plan with(
      Dialect dialect,
      int streams,
      double rate,
      int tokens,
      Duration interval,
      Duration firstToken,
      Map<String, List<Long>> processes) {
    return new Plan(
        gateways,
        dialect,
        direct,
        streams,
        rate,
        warmUp,
        tokens,
        interval,
        firstToken,
        family,
        patience,
        processes,
        json,
        key);
  }

  /** The model that says stamped tokens at this plan's pace. */
  String model() {
    return model(tokens);
  }

  /** The same for another number of tokens. */
  String model(int tokens) {
    return family + "-t%d-i%d-f%d".formatted(tokens, interval.toMillis(), firstToken.toMillis());
  }

  /** When a turn is due, counted from the first. */
  long dueNanos(int number) {
    return (long) (number / rate * 1e9);
  }

  /** For people; never the key. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, %d turns, %.4g per second", model(), streams, rate);
  }
}
