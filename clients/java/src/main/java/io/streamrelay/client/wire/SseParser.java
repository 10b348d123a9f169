package io.streamrelay.client.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events out of bytes that arrive in pieces, cut anywhere. One for each connection: a
 * block that the connection's end cuts off never comes out, nor does its id. Not thread-safe.
 */
public final class SseParser {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int MOST_RETRY_DIGITS = 9;

  private final int mostBytes;
  private byte[] line = new byte[256];
  private int lineBytes;
  private int blockBytes;
  private boolean afterReturn;
  private boolean begun;
  private String type = "";
  private @Nullable StringBuilder data;
  private @Nullable String id;
  private @Nullable Long retryMillis;

  /**
   * @param mostBytes of a block, its line ends not counted
   */
  public SseParser(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Takes bytes until a block is whole; what follows it stays in {@code bytes}.
   *
   * @return null once all bytes are taken and no block is whole
   * @throws MalformedAnswerException if a block is larger than allowed; nothing can be read after
   */
  public @Nullable SseBlock next(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '\n' && afterReturn) {
        afterReturn = false; // of the CR that ended the line
        continue;
      }
      afterReturn = next == '\r';
      if (next != '\n' && next != '\r') {
        add(next);
      } else {
        SseBlock whole = lineBytes == 0 ? endBlock() : endLine();
        if (whole != null) {
          return whole;
        }
      }
    }
    return null;
  }

  /** What the server last asked to wait before coming back, in milliseconds; null: nothing yet. */
  public @Nullable Long retryMillis() {
    return retryMillis;
  }

  private void add(byte next) {
    if (++blockBytes > mostBytes) {
      throw new MalformedAnswerException("an event of more than " + mostBytes + " bytes");
    }
    if (lineBytes == line.length) {
      line = Arrays.copyOf(line, line.length * 2);
    }
    line[lineBytes++] = next;
  }

  private @Nullable SseBlock endLine() {
    int from = begun ? 0 : beginningOfText();
    begun = true;
    // a line is whole here, and so are its characters
    String text = new String(line, from, lineBytes - from, StandardCharsets.UTF_8);
    lineBytes = 0;
    if (text.isEmpty()) {
      return endBlock(); // of a byte order mark alone
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    take(name, value.startsWith(" ") ? value.substring(1) : value);
    return null;
  }

  private int beginningOfText() {
    boolean isMarked =
        lineBytes >= BYTE_ORDER_MARK.length
            && Arrays.equals(line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3);
    return isMarked ? BYTE_ORDER_MARK.length : 0;
  }

  private void take(String name, String value) {
    switch (name) {
      case "data" -> {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(value);
      }
      case "event" -> type = value;
      case "id" -> id = value.indexOf('\0') < 0 ? value : id;
      case "retry" -> {
        if (!value.isEmpty()
            && value.length() <= MOST_RETRY_DIGITS
            && value.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
          retryMillis = Long.valueOf(value);
        }
      }
      default -> {} // a comment has no name; others are for others
    }
  }

  private @Nullable SseBlock endBlock() {
    begun = true;
    SseBlock whole =
        data == null ? null : new SseBlock(type.isEmpty() ? "message" : type, data.toString(), id);
    type = "";
    data = null;
    id = null;
    blockBytes = 0;
    return whole;
  }
}
