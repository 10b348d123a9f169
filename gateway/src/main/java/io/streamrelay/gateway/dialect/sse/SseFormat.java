package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.StreamEvent.Terminal;

/**
 * How a dialect of server-sent events tells what a reader is given. Each method gives whole blocks,
 * in UTF-8; none: this dialect says nothing there.
 *
 * <p>One for each stream, unless it keeps no state. Its methods are called one at a time, in the
 * order of what happens; none may block, throw, or change what it returned before.
 */
public interface SseFormat {
  byte[] NOTHING = {};

  /** A comment, which no client takes for an event. */
  byte[] COMMENT = {':', '\n', '\n'};

  Dialect dialect();

  /**
   * What goes out with the headers.
   *
   * @param retryMillis how long a client should wait before it comes back
   */
  byte[] opening(long retryMillis);

  byte[] blocks(Delivery delivery);

  /** The terminal of a turn that never had a place in the stream. */
  byte[] unrun(Terminal terminal);

  /** A sign of life. */
  default byte[] ping() {
    return COMMENT;
  }

  /** The gateway drains: when to come back. */
  default byte[] retry(long millis) {
    return NOTHING;
  }

  /** The last words of a stream that is closed for this reason, and not {@link #over}. */
  default byte[] closing(CloseReason reason) {
    return NOTHING;
  }

  /** Whether it has said all that it will, although more may come: the stream is closed. */
  default boolean over() {
    return false;
  }

  /**
   * Whether the connection has to break after the last words, since a proper end would say that all
   * is well. Asked once it is closed.
   */
  default boolean breaks() {
    return false;
  }
}
