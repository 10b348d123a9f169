package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code id|type|turn|f|data}, as the scripts publish it. Data comes last and as it is: it
 * may contain anything. Not thread-safe: owned by who reads one payload. Made to be cheap: it runs
 * for each chunk and each session a gateway follows.
 */
final class PushPayload {
  private static final byte[] TEXT = {'t', 'e', 'x', 't'};
  private static final int MAX_DIGITS = 12;

  private final byte[] bytes;
  private int at;

  private PushPayload(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The entry; null if it isn't one. */
  static @Nullable Entry entry(byte[] payload) {
    try {
      return new PushPayload(payload).read();
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return null;
    }
  }

  private Entry read() {
    EntryId id = id();
    int type = at;
    int typeEnd = toBar();
    toBar(); // the turn stands in the data of those events that have one
    EntryId follows = bytes[at] == '|' ? null : id();
    if (follows == null) {
      at++;
    }
    return new Entry(id, event(type, typeEnd), follows);
  }

  private StreamEvent event(int type, int typeEnd) {
    String data = new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8);
    if (Arrays.equals(bytes, type, typeEnd, TEXT, 0, TEXT.length)) {
      return new StreamEvent.Text(data);
    }
    String name = new String(bytes, type, typeEnd - type, StandardCharsets.ISO_8859_1);
    return EventCodec.event(name, data);
  }

  private EntryId id() {
    long epoch = number('-');
    long seq = number('|');
    return new EntryId(epoch, (int) Math.min(seq, Integer.MAX_VALUE));
  }

  private long number(char end) {
    int start = at;
    long number = 0;
    for (; bytes[at] != end; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9 || at - start >= MAX_DIGITS) {
        throw new IllegalArgumentException("not a number");
      }
      number = number * 10 + digit;
    }
    if (at == start) {
      throw new IllegalArgumentException("no number");
    }
    at++;
    return number;
  }

  /** Goes behind the next bar; returns where it stands. */
  private int toBar() {
    while (bytes[at] != '|') {
      at++;
    }
    return at++;
  }
}
