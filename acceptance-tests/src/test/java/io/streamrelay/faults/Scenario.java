package io.streamrelay.faults;

import io.streamrelay.benchmarks.prove.ProofPlan;
import io.streamrelay.benchmarks.prove.TurnScript;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What runs while a fault happens. Readers, drops and pauses are the seed's.
 *
 * @param name of its folder
 * @param count of turns, begun at {@code rate} a second
 * @param interval between tokens
 * @param readers of each turn, of any kind
 * @param streamMayBeLost whether Redis loses its data meanwhile
 * @param isCancelled whether each turn is, at any moment
 * @param model in place of one that says {@code tokens}; null: that
 * @param time in which turns begin; null: until there were all
 */
record Scenario(
    String name,
    long seed,
    int count,
    double rate,
    int tokens,
    Duration interval,
    int readers,
    Duration timeout,
    boolean streamMayBeLost,
    boolean isCancelled,
    @Nullable String model,
    @Nullable Duration time) {
  private static final Duration FIRST_TOKEN = Duration.ofMillis(50);

  /**
   * Turns that begin together and speak for about {@code seconds} each.
   *
   * @param name for people, too
   */
  static Scenario of(String name, int count, double seconds) {
    int interval = 40;
    Scenario scenario =
        new Scenario(
            name,
            anySeed(),
            count,
            40,
            (int) (seconds * 1000 / interval),
            Duration.ofMillis(interval),
            3,
            Duration.ofSeconds(120),
            false,
            false,
            null,
            null);
    System.out.printf("faults: %s, -Dseed=%d%n", name, scenario.seed());
    return scenario;
  }

  /** The one that was asked for, by {@code -Dseed=}, or any. */
  static long anySeed() {
    return Long.getLong("seed", ThreadLocalRandom.current().nextInt(1, 1_000_000));
  }

  Scenario losingTheStream() {
    return new Scenario(
        name,
        seed,
        count,
        rate,
        tokens,
        interval,
        readers,
        timeout,
        true,
        isCancelled,
        model,
        time);
  }

  Scenario cancelling() {
    return new Scenario(
        name,
        seed,
        count,
        rate,
        tokens,
        interval,
        readers,
        timeout,
        streamMayBeLost,
        true,
        model,
        time);
  }

  Scenario withReaders(int each) {
    return new Scenario(
        name,
        seed,
        count,
        rate,
        tokens,
        interval,
        each,
        timeout,
        streamMayBeLost,
        isCancelled,
        model,
        time);
  }

  /** Each turn says what that model of demo's does. */
  Scenario saying(String demo) {
    return new Scenario(
        name,
        seed,
        count,
        rate,
        tokens,
        interval,
        readers,
        timeout,
        streamMayBeLost,
        isCancelled,
        demo,
        time);
  }

  /**
   * Turns that arrive one after the other for so long.
   *
   * @param each a second
   */
  Scenario arriving(double each, Duration forTime) {
    int most = (int) Math.ceil(each * forTime.toMillis() / 1000);
    return new Scenario(
        name,
        seed,
        most,
        each,
        tokens,
        interval,
        readers,
        timeout,
        streamMayBeLost,
        isCancelled,
        model,
        forTime);
  }

  /** Whatever else the scenario leaves to chance. */
  SplittableRandom random() {
    return new SplittableRandom(seed);
  }

  Path folder() {
    try {
      return Files.createDirectories(FaultySystem.folder().resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  ProofPlan plan(List<URI> gateways) {
    return new ProofPlan(
        gateways,
        null,
        "demo",
        seed,
        count,
        time,
        rate,
        count,
        readers,
        timeout,
        null,
        Duration.ofSeconds(15),
        null,
        folder().resolve("violations.jsonl"));
  }

  /** Of words that are others in each attempt. */
  TurnScript script(ProofPlan plan, int number) {
    String demo =
        model != null
            ? model
            : "demo-emoji-hostile-vary-reasoning-t%d-i%d-f%d"
                .formatted(tokens, interval.toMillis(), FIRST_TOKEN.toMillis());
    Duration expected = FIRST_TOKEN.plus(interval.multipliedBy(tokens));
    return TurnScript.reading(plan, number, demo, expected, isCancelled);
  }
}
