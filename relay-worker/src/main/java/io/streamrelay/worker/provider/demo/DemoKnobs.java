package io.streamrelay.worker.provider.demo;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How {@code demo} behaves, read from the model name: {@code demo-t200-i40-f100}.
 *
 * @param tokens of the whole answer
 * @param interval from one token to the next; zero: as fast as possible
 * @param firstToken until the first token
 * @param errorAfter tokens until {@code provider_unavailable}; null: none
 * @param stallAfter tokens until nothing more comes; null: never
 * @param cutAfter tokens until the connection breaks, {@code provider_truncated}; null: never
 * @param lengthAfter tokens until finish reason {@code length}; null: never
 * @param toolRounds how often it answers with a tool call, until it says what the results were;
 *     null: where the request has tools and the question asks for one
 * @param reasoning whether it begins with reasoning
 * @param emoji whether there are emoji, their surrogate pairs split between deltas
 * @param hostile whether there is text that breaks careless wire formats
 * @param vary whether another attempt says something else
 * @param stamp whether each token is its number and the time it is said, {@code 17:1763649000123456
 *     }
 * @param seed in place of the question's hash; null: that
 */
record DemoKnobs(
    int tokens,
    Duration interval,
    Duration firstToken,
    @Nullable Integer errorAfter,
    @Nullable Integer stallAfter,
    @Nullable Integer cutAfter,
    @Nullable Integer lengthAfter,
    @Nullable Integer toolRounds,
    boolean reasoning,
    boolean emoji,
    boolean hostile,
    boolean vary,
    boolean stamp,
    @Nullable Integer seed) {
  private static final int MAX_TOKENS = 200_000;
  private static final int MAX_MILLIS = 3_600_000;
  private static final Pattern NUMBERED = Pattern.compile("(seed|tool|[a-z])([0-9]{1,9})");
  private static final String KNOWN =
      "t<tokens>, i<ms between tokens>, r<tokens per second>, f<ms until the first token>,"
          + " e<error after n>, s<stall after n>, c<cut after n>, l<length after n>, seed<n>,"
          + " tool, tool<rounds>, reasoning, emoji, hostile, vary, stamp";

  /** Throws {@code provider_rejected} naming what it doesn't know, and what it does. */
  static DemoKnobs parse(String model) throws ProviderException {
    String[] words = model.split("-", -1);
    if (!words[0].equals("demo")) {
      throw rejected("a demo model is named 'demo', with knobs 'demo-<knob>-<knob>'");
    }
    Builder knobs = new Builder();
    for (int i = 1; i < words.length; i++) {
      if (!knobs.set(words[i])) {
        throw rejected("unknown knob '" + shortened(words[i]) + "' of demo; there are " + KNOWN);
      }
    }
    return knobs.build();
  }

  /** How many tokens of text come at all, whatever happens then. */
  int emitted() {
    int least = tokens;
    for (Integer end : new Integer[] {errorAfter, stallAfter, cutAfter, lengthAfter}) {
      least = end == null ? least : Math.min(least, end);
    }
    return least;
  }

  private static String shortened(String word) {
    return word.length() <= 40 ? word : word.substring(0, 40) + "…";
  }

  private static ProviderException rejected(String message) {
    return new ProviderException(FailureCode.PROVIDER_REJECTED, message);
  }

  /** Not thread-safe: owned by the parse. */
  private static final class Builder {
    private int tokens = 60;
    private Duration interval = Duration.ofMillis(30);
    private Duration firstToken = Duration.ofMillis(150);
    private @Nullable Integer errorAfter;
    private @Nullable Integer stallAfter;
    private @Nullable Integer cutAfter;
    private @Nullable Integer lengthAfter;
    private @Nullable Integer toolRounds;
    private boolean reasoning;
    private boolean emoji;
    private boolean hostile;
    private boolean vary;
    private boolean stamp;
    private @Nullable Integer seed;

    /** Whether there is such a knob. */
    boolean set(String word) {
      Matcher numbered = NUMBERED.matcher(word);
      return numbered.matches()
          ? number(numbered.group(1), Integer.parseInt(numbered.group(2)))
          : flag(word);
    }

    private boolean flag(String word) {
      switch (word) {
        case "tool" -> toolRounds = 1;
        case "reasoning" -> reasoning = true;
        case "emoji" -> emoji = true;
        case "hostile" -> hostile = true;
        case "vary" -> vary = true;
        case "stamp" -> stamp = true;
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean number(String knob, int value) {
      switch (knob) {
        case "t" -> tokens = Math.min(value, MAX_TOKENS);
        case "i" -> interval = Duration.ofMillis(Math.min(value, MAX_MILLIS));
        case "r" ->
            interval = value == 0 ? Duration.ZERO : Duration.ofNanos(1_000_000_000L / value);
        case "f" -> firstToken = Duration.ofMillis(Math.min(value, MAX_MILLIS));
        case "e" -> errorAfter = value;
        case "s" -> stallAfter = value;
        case "c" -> cutAfter = value;
        case "l" -> lengthAfter = value;
        case "tool" -> toolRounds = value;
        case "seed" -> seed = value;
        default -> {
          return false;
        }
      }
      return true;
    }

    DemoKnobs build() {
      return new DemoKnobs(
          tokens,
          interval,
          firstToken,
          errorAfter,
          stallAfter,
          cutAfter,
          lengthAfter,
          toolRounds,
          reasoning,
          emoji,
          hostile,
          vary,
          stamp,
          seed);
    }
  }
}
