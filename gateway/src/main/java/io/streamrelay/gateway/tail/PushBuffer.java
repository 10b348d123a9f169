package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * What was pushed for a session and some reader hasn't taken yet. Entries have offsets that only
 * grow; the oldest are dropped at the bound. Not thread-safe: guarded by the lock of its session.
 */
final class PushBuffer {
  private static final int FIXED_CHARS = 256;
  private static final int SMALL = 16;

  private final int maxEntries;
  private final int maxChars;
  // A ring: offset o is at o % length. Null until the first push.
  private Delivery @Nullable [] ring;
  private long first;
  private long end;
  private long chars;

  PushBuffer(int maxEntries, int maxChars) {
    this.maxEntries = maxEntries;
    this.maxChars = maxChars;
  }

  /** Offset of the oldest entry that is kept; {@link #end()} if there is none. */
  long first() {
    return first;
  }

  /** The offset that the next entry gets. */
  long end() {
    return end;
  }

  Delivery get(long offset) {
    if (ring == null || offset < first || offset >= end) {
      throw new IllegalArgumentException("not kept: " + offset);
    }
    return ring[(int) (offset % ring.length)];
  }

  /** Adds an entry, and drops the oldest beyond the bounds; the newest always stays. */
  void add(Delivery delivery) {
    Delivery[] room = room();
    room[(int) (end % room.length)] = delivery;
    end++;
    chars += chars(delivery.entry());
    while (end - first > maxEntries || (chars > maxChars && end - first > 1)) {
      drop(room);
    }
  }

  /** Forgets what comes before {@code offset}. */
  void release(long offset) {
    Delivery[] room = ring;
    if (room == null) {
      return;
    }
    while (first < Math.min(offset, end)) {
      drop(room);
    }
    if (first == end && room.length > SMALL) {
      ring = null; // a burst's room isn't kept
    }
  }

  @SuppressWarnings("NullAway") // a free place of the ring is null
  private void drop(Delivery[] room) {
    int place = (int) (first % room.length);
    chars -= chars(room[place].entry());
    room[place] = null;
    first++;
  }

  private Delivery[] room() {
    Delivery[] before = ring;
    if (before == null) {
      ring = new Delivery[SMALL];
      return ring;
    }
    if (end - first < before.length) {
      return before;
    }
    Delivery[] larger = new Delivery[before.length * 2];
    for (long offset = first; offset < end; offset++) {
      larger[(int) (offset % larger.length)] = before[(int) (offset % before.length)];
    }
    ring = larger;
    return larger;
  }

  private static int chars(Entry entry) {
    return FIXED_CHARS
        + switch (entry.event()) {
          case Text text -> text.text().length();
          case Reasoning reasoning -> reasoning.text().length();
          case ToolCall call -> call.arguments().length();
          case Snapshot snapshot -> snapshot.text().length() + snapshot.reasoning().length();
          default -> 0;
        };
  }
}
