package io.streamrelay.client;

import io.streamrelay.client.wire.MalformedAnswerException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The place of an event in a session stream. */
record Cursor(long epoch, long sequence) implements Comparable<Cursor> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})-(\\d{1,9})");
  private static final Comparator<Cursor> ORDER =
      Comparator.comparingLong(Cursor::epoch).thenComparingLong(Cursor::sequence);

  /**
   * Of the application's: the gateway would ignore another, and begin from the beginning.
   *
   * @throws IllegalArgumentException if it is none
   */
  static @Nullable Cursor given(@Nullable String text) {
    try {
      return text == null ? null : told(text);
    } catch (MalformedAnswerException e) {
      throw new IllegalArgumentException("a cursor is the one of an event, such as 7-12");
    }
  }

  /** Of the gateway's. */
  static Cursor told(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new MalformedAnswerException("an id that is none");
    }
    return new Cursor(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)));
  }

  @Override
  public int compareTo(Cursor other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return epoch + "-" + sequence;
  }
}
