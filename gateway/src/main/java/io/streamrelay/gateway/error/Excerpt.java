package io.streamrelay.gateway.error;

/** A short piece of what a client sent, fit to be shown back to it. */
public final class Excerpt {
  private static final int MAX_CHARS = 40;
  private static final int MAX_ID_CHARS = 64; // more than the ids that we make have

  private Excerpt() {}

  /**
   * At most 40 characters, in quotes; everything but printable ASCII and letters becomes {@code ?}.
   */
  public static String of(String sent) {
    return of(sent, MAX_CHARS);
  }

  /** The same of what was sent as the name of something: at most 64, so that ours are whole. */
  public static String ofId(String sent) {
    return of(sent, MAX_ID_CHARS);
  }

  private static String of(String sent, int most) {
    StringBuilder shown = new StringBuilder("'");
    for (int i = 0; i < Math.min(sent.length(), most); i++) {
      char c = sent.charAt(i);
      shown.append(isPlain(c) ? c : '?');
    }
    return shown.append(sent.length() > most ? "…'" : "'").toString();
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c);
  }
}
