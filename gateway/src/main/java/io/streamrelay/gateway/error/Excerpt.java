package io.streamrelay.gateway.error;

/** A short piece of what a client sent, fit to be shown back to it. */
public final class Excerpt {
  private static final int MAX_CHARS = 64; // more than the ids that we make have

  private Excerpt() {}

  /**
   * At most 64 characters, in quotes; everything but printable ASCII and letters becomes {@code ?}.
   */
  public static String of(String sent) {
    StringBuilder shown = new StringBuilder("'");
    for (int i = 0; i < Math.min(sent.length(), MAX_CHARS); i++) {
      char c = sent.charAt(i);
      shown.append(isPlain(c) ? c : '?');
    }
    return shown.append(sent.length() > MAX_CHARS ? "…'" : "'").toString();
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c);
  }
}
