package io.streamrelay.gateway.dialect.websocket;

import java.nio.ByteBuffer;
import org.eclipse.jetty.util.Utf8StringBuilder;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.exception.BadPayloadException;
import org.eclipse.jetty.websocket.core.exception.MessageTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Joins the frames of a text message. What isn't UTF-8 is found with the frame it is in, as soon as
 * that is sure. Keeps nothing between messages. Not thread-safe: owned by whoever reads the socket;
 * {@link #sinceNanos} may be asked by others.
 */
final class Assembly {
  private final long maxBytes;
  private @Nullable Utf8StringBuilder text; // null: between messages
  private long bytes;
  private volatile long sinceNanos;

  /**
   * @param maxBytes of a message
   */
  Assembly(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** When the message under way began; 0: there is none. */
  long sinceNanos() {
    return sinceNanos;
  }

  /**
   * Adds a frame.
   *
   * @return the message if that was its last; else null
   * @throws MessageTooLargeException if there is more than a message may have
   * @throws BadPayloadException if it isn't UTF-8
   */
  @Nullable String add(Frame frame, long nowNanos) {
    Utf8StringBuilder joined = text;
    if (joined == null) {
      joined = new Utf8StringBuilder();
      text = joined;
      sinceNanos = nowNanos == 0 ? 1 : nowNanos;
    }
    ByteBuffer payload = frame.getPayload();
    bytes += frame.getPayloadLength();
    if (bytes > maxBytes) {
      throw new MessageTooLargeException("a message is larger than " + maxBytes + " bytes");
    }
    if (payload != null) {
      joined.append(payload.slice());
    }
    if (joined.hasCodingErrors()) {
      throw new BadPayloadException.InvalidUtf8();
    }
    if (!frame.isFin()) {
      return null;
    }
    text = null;
    bytes = 0;
    sinceNanos = 0;
    return joined.takeCompleteString(BadPayloadException.InvalidUtf8::new);
  }
}
