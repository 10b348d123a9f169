package io.streamrelay.benchmarks.prove;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is done to whom.
 *
 * @param gateways base URLs; each request goes to any of them
 * @param key API key, from the environment; null in dev mode
 * @param model name of the demo model; knobs are appended to it
 * @param seed decides what is done: models, readers, drops, cancels, kills. Not how threads and
 *     networks interleave
 * @param turns in all, at most
 * @param time in which turns begin; null: until there were all
 * @param rate turns that arrive per second, however slow the answers are
 * @param atOnce turns under way at the same time, at most
 * @param readers of each turn
 * @param timeout until a turn's deadline, from when it is accepted
 * @param victim what is killed now and then; null: nothing
 * @param killEvery from kill to kill, on average
 * @param json file for the whole report; null: none
 * @param histories file for what the readers of turns with a violation saw
 */
public record ProofPlan(
    List<URI> gateways,
    @Nullable String key,
    String model,
    long seed,
    int turns,
    @Nullable Duration time,
    double rate,
    int atOnce,
    int readers,
    Duration timeout,
    @Nullable Victim victim,
    Duration killEvery,
    @Nullable Path json,
    Path histories) {

  /** When a turn is due, counted from the first. */
  Duration due(int number) {
    return Duration.ofNanos((long) (number / rate * 1e9));
  }

  /** Whether there is a turn of that number. */
  boolean has(int number) {
    return number < turns && (time == null || due(number).compareTo(time) < 0);
  }

  /** How much is done when so many turns have ended, {@code passed} after the first: 0 to 1. */
  double done(long ended, Duration passed) {
    double byTurns = (double) ended / turns;
    return time == null
        ? byTurns
        : Math.max(byTurns, (double) passed.toMillis() / Math.max(1, time.toMillis()));
  }

  /** For people; never the key. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s of %s at %s, %.4g per second, %d readers each%s; --seed %d",
        time == null ? turns + " turns" : "turns for " + time.toSeconds() + " s",
        model,
        gateways,
        rate,
        readers,
        victim == null ? "" : ", killing " + victim + " every " + killEvery.toSeconds() + " s",
        seed);
  }
}
