package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.EntryId;

/** One connection tailing one session: a position, and how it goes on from there. Thread-safe. */
public final class Reader {
  Reader() {}

  /** The sink can take entries again. Must not be called holding a lock that the sink takes. */
  public void ready() {
    throw new UnsupportedOperationException();
  }

  /** Ends the reader and closes its sink, unless that happened already. */
  public void close(CloseReason reason) {
    throw new UnsupportedOperationException();
  }

  /** The last entry that was given to the sink, or passed over. */
  public EntryId position() {
    throw new UnsupportedOperationException();
  }
}
