package io.streamrelay.protocol.event;

import org.jspecify.annotations.Nullable;

/**
 * An event at its place in a session stream.
 *
 * @param follows field {@code f}: of a start, its turn's {@code <u>-0}, of a terminal, exactly the
 *     id it comes after; null on all others
 */
public record Entry(EntryId id, StreamEvent event, @Nullable EntryId follows) {
  public Entry(EntryId id, StreamEvent event) {
    this(id, event, null);
  }

  /** Whether clients never see it: it is skipped wherever clients' entries are counted. */
  public boolean hidden() {
    return event instanceof StreamEvent.Generated;
  }
}
