package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The title a session has until its owner sets one: how its first message begins. */
final class SessionTitle {
  private static final int MAX_CHARS = 60;
  private static final int LEAST_CHARS = 30;

  /** A message may be large, and begin with spaces; no more of it is looked at. */
  private static final int LOOKED_AT = 1000;

  private SessionTitle() {}

  /** At most 61 characters on one line; null if the message begins with no text. */
  static @Nullable String of(List<Part> message) {
    for (Part part : message) {
      if (part instanceof Part.Text text) {
        String begin = text.text().substring(0, Math.min(LOOKED_AT, text.text().length()));
        String line = begin.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        if (!line.isEmpty()) {
          return cut(line);
        }
      }
    }
    return null;
  }

  private static String cut(String line) {
    if (line.length() <= MAX_CHARS) {
      return whole(line);
    }
    int space = line.lastIndexOf(' ', MAX_CHARS);
    int end = space >= LEAST_CHARS ? space : MAX_CHARS;
    return whole(line.substring(0, end)) + "…";
  }

  /** Without the first half of a surrogate pair that was cut. */
  private static String whole(String line) {
    int last = line.length() - 1;
    return Character.isHighSurrogate(line.charAt(last)) ? line.substring(0, last) : line;
  }
}
