package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The header by which a client says what becomes of a stream when another attempt takes its turn
 * over; which words there are depends on what a dialect can say.
 */
public final class TakeoverHeader {
  private static final String NAME = "x-relay-on-takeover";

  private TakeoverHeader() {}

  /**
   * The constant whose name it says, in lower case; the first where there is none. Throws a
   * problem, 400, at anything else.
   */
  public static <W extends Enum<W>> W read(HttpServletRequest request, Class<W> words) {
    W[] known = words.getEnumConstants();
    String asked = request.getHeader(NAME);
    if (asked == null) {
      return known[0];
    }
    for (W word : known) {
      if (wire(word).equals(asked)) {
        return word;
      }
    }
    String allowed =
        Arrays.stream(known)
            .map(word -> "'" + wire(word) + "'")
            .collect(Collectors.joining(" or "));
    throw Problem.invalid("'" + NAME + "' must be " + allowed + ", not " + Excerpt.of(asked))
        .exception();
  }

  private static String wire(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
