package io.streamrelay.protocol.event;

/** Makes text storable everywhere alike: in a stream, a hash and a database. */
public final class ValidText {
  private static final char REPLACEMENT = '\uFFFD';

  private ValidText() {}

  /** Whether there is neither U+0000 nor a surrogate without its other half. */
  public static boolean isValid(CharSequence text) {
    return firstInvalid(text) < 0;
  }

  /** Index of the first U+0000 or lone surrogate, -1 if there is none. */
  public static int firstInvalid(CharSequence text) {
    return firstInvalid(text, 0);
  }

  private static int firstInvalid(CharSequence text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return i;
      }
      if (Character.isHighSurrogate(c)) {
        if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /**
   * The text with U+FFFD for each U+0000 and each lone surrogate; the same object if there is none.
   */
  public static String of(String text) {
    int invalid = firstInvalid(text);
    if (invalid < 0) {
      return text;
    }
    StringBuilder valid = new StringBuilder(text);
    while (invalid >= 0) {
      valid.setCharAt(invalid, REPLACEMENT);
      invalid = firstInvalid(valid, invalid + 1);
    }
    return valid.toString();
  }
}
