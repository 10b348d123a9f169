package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way to a session's readers, with its encodings: made once per dialect however
 * many readers there are. Not thread-safe: guarded by the lock of its session.
 */
public final class Delivery {
  private final Entry entry;
  private final long receivedNanos;
  private @Nullable Encoding encodings;

  /** One that was pushed at {@code receivedNanos}, see {@link #pushed()}. */
  Delivery(Entry entry, long receivedNanos) {
    this.entry = entry;
    this.receivedNanos = receivedNanos;
  }

  /** One that was read from a store. */
  public Delivery(Entry entry) {
    this(entry, 0);
  }

  public Entry entry() {
    return entry;
  }

  /** Whether it came as a push, so that {@link #receivedNanos()} means something. */
  public boolean pushed() {
    return receivedNanos != 0;
  }

  /** When the push was received, by the hub's time; 0 if the entry was read from a store. */
  public long receivedNanos() {
    return receivedNanos;
  }

  /** The entry in a dialect, encoded by the first reader that asks; {@code dialect} is the key. */
  public byte[] in(Function<Entry, byte[]> dialect) {
    for (Encoding each = encodings; each != null; each = each.next) {
      if (each.dialect.equals(dialect)) {
        return each.bytes;
      }
    }
    Encoding made = new Encoding(dialect, dialect.apply(entry), encodings);
    encodings = made;
    return made.bytes;
  }

  private record Encoding(Function<Entry, byte[]> dialect, byte[] bytes, @Nullable Encoding next) {}
}
