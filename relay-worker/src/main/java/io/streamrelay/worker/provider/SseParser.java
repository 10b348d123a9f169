package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts bytes into server-sent events, however they arrive: lines end in LF, CR or CRLF, a
 * byte-order mark and comments are passed over, a missing last blank line is forgiven. Each byte is
 * looked at once. Memory is bounded by the limits.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
public final class SseParser {
  /** Takes the events. */
  public interface Events {
    /**
     * @param name the event's {@code event:}; null if it has none
     * @param data holds the joined {@code data:} lines from {@code from} on; valid during the call
     *     only
     */
    void event(@Nullable String name, byte[] data, int from, int length) throws ProviderException;
  }

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int FIRST_BYTES = 2048;

  private final Events events;
  private final int maxLineBytes;
  private final int maxEventBytes;

  private byte[] line = new byte[FIRST_BYTES];
  private int lineLength;
  private byte[] data = new byte[FIRST_BYTES];
  private int dataLength;
  private boolean hasData;
  private @Nullable String name;
  private boolean afterCarriageReturn;
  private boolean firstLine = true;

  /**
   * @param maxLineBytes the longest line; more is {@code output_limit}
   * @param maxEventBytes the longest event; more is {@code output_limit}
   */
  public SseParser(Events events, int maxLineBytes, int maxEventBytes) {
    this.events = events;
    this.maxLineBytes = maxLineBytes;
    this.maxEventBytes = maxEventBytes;
  }

  /** Takes the next bytes and gives the events they complete. */
  public void feed(byte[] bytes, int from, int length) throws ProviderException {
    int end = from + length;
    int start = from;
    for (int i = from; i < end; i++) {
      byte b = bytes[i];
      if (b != '\n' && b != '\r') {
        afterCarriageReturn = false;
        continue;
      }
      if (b == '\n' && afterCarriageReturn) {
        afterCarriageReturn = false;
        start = i + 1;
        continue;
      }
      afterCarriageReturn = b == '\r';
      endLine(bytes, start, i - start);
      start = i + 1;
    }
    keep(bytes, start, end - start);
  }

  /** The bytes have ended: gives an event that lacks its last line end or blank line. */
  public void end() throws ProviderException {
    if (lineLength > 0) {
      endLine(line, 0, 0);
    }
    dispatch();
  }

  private void endLine(byte[] bytes, int start, int length) throws ProviderException {
    if (lineLength == 0) {
      if (length > maxLineBytes) {
        throw tooLong("line", maxLineBytes);
      }
      line(bytes, start, length);
      return;
    }
    keep(bytes, start, length);
    int whole = lineLength;
    lineLength = 0;
    line(line, 0, whole);
  }

  private void keep(byte[] bytes, int start, int length) throws ProviderException {
    if (length == 0) {
      return;
    }
    if (lineLength + length > maxLineBytes) {
      throw tooLong("line", maxLineBytes);
    }
    line = withRoom(line, lineLength, length);
    System.arraycopy(bytes, start, line, lineLength, length);
    lineLength += length;
  }

  private void line(byte[] bytes, int start, int length) throws ProviderException {
    int from = start;
    int end = start + length;
    if (firstLine) {
      firstLine = false;
      from += markLength(bytes, start, end);
    }
    if (from == end) {
      dispatch();
      return;
    }
    if (isField(bytes, from, end, "data")) {
      int value = valueStart(bytes, from + 4, end);
      addData(bytes, value, end - value);
    } else if (isField(bytes, from, end, "event")) {
      int value = valueStart(bytes, from + 5, end);
      name = new String(bytes, value, end - value, StandardCharsets.UTF_8);
    }
    // Comments, id, retry and unknown fields mean nothing here.
  }

  private static int markLength(byte[] bytes, int from, int end) {
    int length = BYTE_ORDER_MARK.length;
    boolean mark =
        end - from >= length
            && Arrays.equals(bytes, from, from + length, BYTE_ORDER_MARK, 0, length);
    return mark ? length : 0;
  }

  /** Whether the line is the field's: its name, then a colon or nothing. */
  private static boolean isField(byte[] bytes, int from, int end, String field) {
    int length = field.length();
    if (end - from < length || (end - from > length && bytes[from + length] != ':')) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] != field.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int valueStart(byte[] bytes, int colon, int end) {
    if (colon >= end) {
      return end;
    }
    int value = colon + 1;
    return value < end && bytes[value] == ' ' ? value + 1 : value;
  }

  private void addData(byte[] bytes, int start, int length) throws ProviderException {
    if (dataLength + length + 1 > maxEventBytes) {
      throw tooLong("event", maxEventBytes);
    }
    data = withRoom(data, dataLength, length + 1);
    if (hasData) {
      data[dataLength++] = '\n';
    }
    System.arraycopy(bytes, start, data, dataLength, length);
    dataLength += length;
    hasData = true;
  }

  private void dispatch() throws ProviderException {
    String eventName = name;
    int length = dataLength;
    boolean given = hasData;
    name = null;
    dataLength = 0;
    hasData = false;
    if (given) {
      events.event(eventName, data, 0, length);
    }
  }

  private static byte[] withRoom(byte[] bytes, int used, int more) {
    return used + more <= bytes.length
        ? bytes
        : Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + more));
  }

  private static ProviderException tooLong(String what, int maxBytes) {
    return new ProviderException(
        FailureCode.OUTPUT_LIMIT, "the provider sent a " + what + " over " + maxBytes + " bytes");
  }
}
