package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.StreamEvent.Terminal;

/**
 * Where a reader's entries go: a dialect on a socket, or anything that waits for a turn's end.
 *
 * <p>Called for one reader never on two threads at once, under the lock of its session; never
 * blocks, and never throws.
 */
public interface Sink {
  /**
   * Whether another entry can be taken now. After a false, the sink calls {@link Reader#ready()}
   * once it can.
   */
  boolean isReady();

  /** Takes an entry that clients may see. Only called when {@link #isReady()} said so. */
  void write(Delivery delivery);

  /**
   * Takes the terminal of a turn that ended while it waited: it has no place in the stream, so
   * nothing before it and no id. Followed by {@link #close}, whatever {@link #isReady()} says.
   */
  void writeUnrun(Terminal terminal);

  /** What was written since the last call should go out now: nothing more comes for the moment. */
  default void flush() {}

  /** The last call: nothing follows. What was written still goes out, if it can. */
  void close(CloseReason reason);
}
