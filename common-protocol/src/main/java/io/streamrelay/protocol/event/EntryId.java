package io.streamrelay.protocol.event;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place of an entry in a session stream, {@code <epoch>-<seq>}: chosen by the writer, the id of
 * the Redis entry and the SSE {@code id:}.
 *
 * @param epoch from the session's counter in PostgreSQL, 0 to 10^12 - 1
 * @param seq place within the epoch from 0, at most 10^9 - 1
 */
public record EntryId(long epoch, int seq) implements Comparable<EntryId> {
  private static final Pattern CURSOR = Pattern.compile("\\d{1,12}-\\d{1,9}");
  private static final long MAX_EPOCH = 999_999_999_999L;
  private static final int MAX_SEQ = 999_999_999;

  /** Before every entry of every session. */
  public static final EntryId ZERO = new EntryId(0, 0);

  public EntryId {
    if (epoch < 0 || epoch > MAX_EPOCH || seq < 0 || seq > MAX_SEQ) {
      throw new IllegalArgumentException("entry id out of range: " + epoch + "-" + seq);
    }
  }

  /** The first entry of an epoch. */
  public static EntryId first(long epoch) {
    return new EntryId(epoch, 0);
  }

  /** Reads {@code <epoch>-<seq>}; throws IllegalArgumentException for anything else. */
  public static EntryId parse(String text) {
    EntryId id = parseCursor(text);
    if (id == null) {
      throw new IllegalArgumentException("not an entry id of the form <epoch>-<seq>");
    }
    return id;
  }

  /** Reads a cursor sent by a client: null where it isn't one, since a bad cursor is ignored. */
  public static @Nullable EntryId parseCursor(@Nullable String text) {
    if (text == null || text.length() > 22 || !CURSOR.matcher(text).matches()) {
      return null;
    }
    int dash = text.indexOf('-');
    return new EntryId(
        Long.parseLong(text, 0, dash, 10), Integer.parseInt(text, dash + 1, text.length(), 10));
  }

  /** The id after this one in the same epoch. */
  public EntryId next() {
    return new EntryId(epoch, seq + 1);
  }

  /** The id {@code count} places after this one in the same epoch. */
  public EntryId plus(int count) {
    return new EntryId(epoch, seq + count);
  }

  public boolean isBefore(EntryId other) {
    return compareTo(other) < 0;
  }

  public boolean isAfter(EntryId other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(EntryId other) {
    int byEpoch = Long.compare(epoch, other.epoch);
    return byEpoch != 0 ? byEpoch : Integer.compare(seq, other.seq);
  }

  @Override
  public String toString() {
    return epoch + "-" + seq;
  }
}
