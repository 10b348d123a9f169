package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;

/**
 * Where a reader's entries go: a dialect on a socket, or anything that waits for a turn's end.
 * Called for one reader never on two threads at once; never blocks.
 */
public interface Sink {
  /**
   * Whether another entry can be taken now. After a false, the sink calls {@link Reader#ready()}
   * once it can.
   */
  boolean isReady();

  /** Takes an entry that clients may see. Only called when {@link #isReady()} said so. */
  void write(Entry entry);

  /** The last call: nothing follows. */
  void close(CloseReason reason);
}
