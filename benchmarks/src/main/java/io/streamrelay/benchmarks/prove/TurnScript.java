package io.streamrelay.benchmarks.prove;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is done in one turn, decided by the plan's seed and the turn's number alone.
 *
 * @param number of the turn, from 0
 * @param seed of whatever else is left to chance
 * @param model with its knobs
 * @param stampedTokens how many stamped tokens the answer has; null: it is made of words, emoji and
 *     what breaks careless wire formats
 * @param expected time the answer takes if nothing happens
 * @param cancelAfter from acceptance; null: not cancelled
 * @param loseAnswerAfter the submission is sent and its connection closed after that, before it is
 *     sent again; null: not
 * @param repeatAfter the submission is handed in once more that long after it was accepted; null:
 *     not
 */
public record TurnScript(
    int number,
    long seed,
    String model,
    @Nullable Integer stampedTokens,
    Duration expected,
    @Nullable Duration cancelAfter,
    @Nullable Duration loseAnswerAfter,
    @Nullable Duration repeatAfter,
    List<ReaderScript> readers) {

  /**
   * One connection after another, of one reader.
   *
   * @param kind how it comes by its events
   * @param onSession whether it reads the session's stream and not the turn's
   * @param drops how often it lets go, at most
   * @param delay before it begins, if its kind does so later
   * @param seed of whatever else is left to chance
   */
  public record ReaderScript(
      ReaderKind kind, boolean onSession, int drops, Duration delay, long seed) {}

  private static final int MOST_DROPS = 12;

  /** Anything. */
  static TurnScript of(ProofPlan plan, int number) {
    SplittableRandom random = new SplittableRandom(plan.seed() * 1_000_003 + number);
    boolean isLong = random.nextInt(6) == 0;
    int tokens = isLong ? random.nextInt(200, 350) : random.nextInt(10, 120);
    int interval = isLong ? random.nextInt(25, 45) : random.nextInt(0, 45);
    int first = random.nextInt(0, 300);
    boolean stamped = random.nextInt(4) != 0;
    Duration expected = Duration.ofMillis(first + (long) tokens * interval);
    List<ReaderScript> readers = new ArrayList<>();
    for (int i = 0; i < plan.readers(); i++) {
      addReader(readers, expected, random);
    }
    return new TurnScript(
        number,
        random.nextLong(),
        "%s%s-t%d-i%d-f%d"
            .formatted(
                plan.model(),
                stamped ? "-stamp" : "-emoji-hostile-vary-reasoning",
                tokens,
                interval,
                first),
        stamped ? tokens : null,
        expected,
        maybe(7, expected, random),
        maybe(5, Duration.ofMillis(40), random),
        maybe(5, expected.plusSeconds(1), random),
        List.copyOf(readers));
  }

  /**
   * A turn with any readers, submitted once.
   *
   * @param model with its knobs; not {@code stamp}
   * @param expected time the answer takes if nothing happens
   * @param isCancelled whether it is cancelled, at any moment of that time
   */
  public static TurnScript reading(
      ProofPlan plan, int number, String model, Duration expected, boolean isCancelled) {
    SplittableRandom random = new SplittableRandom(plan.seed() * 1_000_003 + number);
    List<ReaderScript> readers = new ArrayList<>();
    for (int i = 0; i < plan.readers(); i++) {
      addReader(readers, expected, random);
    }
    return new TurnScript(
        number,
        random.nextLong(),
        model,
        null,
        expected,
        isCancelled ? upTo(expected, random) : null,
        null,
        null,
        List.copyOf(readers));
  }

  /** What the turn's message says. */
  public String question(String session) {
    return "Tell me about " + session + "." + number;
  }

  private static void addReader(
      List<ReaderScript> readers, Duration expected, RandomGenerator random) {
    ReaderKind[] kinds = ReaderKind.values();
    ReaderKind kind = kinds[random.nextInt(kinds.length)];
    boolean onSession =
        switch (kind) {
          case SESSION -> true;
          case DROPPING, TWICE, CURSOR, CURSOR_AFTER -> random.nextBoolean();
          case LIVE, TURN, LATE, AFTER -> false;
        };
    boolean drops =
        switch (kind) {
          case DROPPING, TWICE -> true;
          case LIVE, LATE, CURSOR -> random.nextBoolean();
          case TURN, SESSION, AFTER, CURSOR_AFTER -> false;
        };
    int connections = kind == ReaderKind.TWICE ? 2 : 1;
    Duration delay = upTo(expected.plusMillis(expected.toMillis() / 4), random);
    for (int i = 0; i < connections; i++) {
      int most = drops ? random.nextInt(1, MOST_DROPS) : 0;
      readers.add(new ReaderScript(kind, onSession, most, delay, random.nextLong()));
    }
  }

  /** One time in {@code times} a part of {@code most}, else null. */
  private static @Nullable Duration maybe(int times, Duration most, RandomGenerator random) {
    return random.nextInt(times) == 0 ? upTo(most, random) : null;
  }

  private static Duration upTo(Duration most, RandomGenerator random) {
    return Duration.ofMillis(random.nextLong(most.toMillis() + 1));
  }
}
