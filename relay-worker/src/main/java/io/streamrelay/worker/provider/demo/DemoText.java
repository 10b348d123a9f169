package io.streamrelay.worker.provider.demo;

import io.streamrelay.protocol.event.ValidText;
import io.streamrelay.worker.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code demo} says, computed without waiting for it. Tests compare with this what arrived.
 */
public final class DemoText {
  /** Emoji outside the basic plane, of one, two and more code points. */
  private static final List<String> EMOJI = List.of("🌊", "🏮", "👩‍🚀", "🇫🇮", "🚂", "🦢");

  /** Each breaks a wire format that is careless about it. */
  private static final List<String> HOSTILE =
      List.of(
          "\r",
          "\n",
          "\r\n",
          "\n\n",
          "\ndata: forged",
          "\rid: 1-1",
          "\nevent: end\n",
          "\u2028",
          "\u2029",
          "\u0000",
          "\uD83D ",
          " \uDE00",
          "|",
          "1-1|text|",
          "\"",
          "\\",
          "'",
          "<script>alert(1)</script>",
          "</textarea>&amp;",
          "\u001B[31m",
          "\u0085",
          "\uFEFF",
          "data: [DONE]",
          "{\"t\":\"end\"}",
          "\uFFFD",
          "\u202E",
          "%s%n",
          "${jndi:x}");

  private DemoText() {}

  /**
   * The text a reader has in the end, valid as it is stored: all of it, or as far as the knobs
   * {@code e}, {@code s}, {@code c} and {@code l} let it come.
   *
   * @param model the name with its knobs
   * @param question text of the last user message
   * @param attempt from 1; counts with the knob {@code vary} only
   * @throws IllegalArgumentException for a model that demo refuses
   */
  public static String of(String model, String question, int attempt) {
    try {
      DemoKnobs knobs = DemoKnobs.parse(model);
      List<String> tokens = tokens(knobs, question, attempt);
      return ValidText.of(String.join("", tokens.subList(0, knobs.emitted())));
    } catch (ProviderException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The reasoning before it, empty without that knob. */
  public static String reasoningOf(String model, String question, int attempt) {
    try {
      return String.join("", reasoning(DemoKnobs.parse(model), question, attempt));
    } catch (ProviderException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** All tokens as they are given to the sink, as if nothing ended them early. */
  static List<String> tokens(DemoKnobs knobs, String question, int attempt) {
    Story story = new Story(seed(knobs, question, attempt));
    List<String> tokens = new ArrayList<>(knobs.tokens());
    String carried = "";
    for (int i = 0; i < knobs.tokens(); i++) {
      String token = carried + story.next();
      carried = "";
      if (knobs.hostile() && i % 2 == 1) {
        token += HOSTILE.get(i / 2 % HOSTILE.size());
      }
      if (knobs.emoji() && i % 4 == 2 && i + 1 < knobs.tokens()) {
        String emoji = EMOJI.get(i / 4 % EMOJI.size());
        token += " " + emoji.charAt(0);
        carried = emoji.substring(1);
      }
      tokens.add(token);
    }
    return tokens;
  }

  static List<String> reasoning(DemoKnobs knobs, String question, int attempt) {
    if (!knobs.reasoning()) {
      return List.of();
    }
    List<String> tokens = new ArrayList<>();
    tokens.add("Someone asks for a story.");
    tokens.add(" Let me think of one");
    tokens.add(" that begins like number ");
    tokens.add(Long.toString(Math.floorMod(seed(knobs, question, attempt), 1000L)));
    tokens.add(",");
    tokens.add(" and tell it slowly.");
    return tokens;
  }

  static long seed(DemoKnobs knobs, String question, int attempt) {
    long seed = knobs.seed() == null ? question.hashCode() : knobs.seed();
    return knobs.vary() ? seed * 31 + attempt : seed;
  }
}
