package io.streamrelay.benchmarks.budget;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How much is measured.
 *
 * @param scenarios by name, in this order; empty: all
 * @param seconds each load goes on for
 * @param warmUpSeconds before a system that was just started is measured
 * @param open streams, or idle connections, that are open at once
 * @param connections event streams of one gateway in which something happens
 * @param stalled readers that stop reading
 * @param results folder for what comes out
 */
record Settings(
    List<String> scenarios,
    int seconds,
    int warmUpSeconds,
    int open,
    int connections,
    int stalled,
    Path results) {
  private static final int MOST_SECONDS = 3600;
  private static final int MOST_OPEN = 20_000;

  /** Throws IllegalArgumentException with a sentence for the user. */
  static Settings parse(String[] arguments, Path home) {
    List<String> names = new ArrayList<>();
    int seconds = 20;
    int warmUp = 60;
    int open = 1000;
    int connections = 10_000;
    int stalled = 1000;
    Path results = home.resolve("benchmarks/results");
    for (int i = 0; i < arguments.length; i++) {
      String word = arguments[i];
      if (!word.startsWith("--")) {
        names.add(word);
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(word + " needs a value.");
      }
      String value = arguments[++i];
      switch (word) {
        case "--seconds" -> seconds = number(word, value, 1, MOST_SECONDS);
        case "--warm-up" -> warmUp = number(word, value, 0, MOST_SECONDS);
        case "--open" -> open = number(word, value, 1, MOST_OPEN);
        case "--connections" -> connections = number(word, value, 1, MOST_OPEN);
        case "--stalled" -> stalled = number(word, value, 1, MOST_OPEN);
        case "--results" -> results = Path.of(value);
        default ->
            throw new IllegalArgumentException(
                "There is no option '%s' of bench budgets.".formatted(word));
      }
    }
    return new Settings(List.copyOf(names), seconds, warmUp, open, connections, stalled, results);
  }

  private static int number(String option, String value, int least, int most) {
    int number = value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "%s is '%s'; it must be a whole number from %d to %d."
              .formatted(option, value, least, most));
    }
    return number;
  }
}
