package io.streamrelay.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * An HTTP/1.1 answer's head and chunked body out of bytes that were cut anywhere. What isn't
 * chunked throws IllegalStateException with the status line. One per connection; not thread-safe.
 */
final class Dechunker {
  private enum State {
    HEAD,
    SIZE,
    DATA,
    AFTER_DATA,
    ENDED
  }

  private static final int MOST_LINE = 8192;

  private final Consumer<ByteBuffer> body;
  private final StringBuilder line = new StringBuilder();
  private State state = State.HEAD;
  private String status = "";
  private boolean chunked;
  private int left;

  /**
   * @param body given the bytes of the body, valid during the call
   */
  Dechunker(Consumer<ByteBuffer> body) {
    this.body = body;
  }

  /** Whether the last chunk came. */
  boolean ended() {
    return state == State.ENDED;
  }

  void take(ByteBuffer bytes) {
    while (bytes.hasRemaining() && state != State.ENDED) {
      if (state == State.DATA) {
        data(bytes);
      } else {
        character((char) (bytes.get() & 0xFF));
      }
    }
  }

  private void data(ByteBuffer bytes) {
    int length = Math.min(left, bytes.remaining());
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    left -= length;
    if (left == 0) {
      state = State.AFTER_DATA;
    }
    body.accept(part);
  }

  private void character(char c) {
    if (c == '\n') {
      String whole = line.toString();
      line.setLength(0);
      line(whole);
    } else if (c != '\r') {
      if (line.length() == MOST_LINE) {
        throw new IllegalStateException("a line of the answer's head is over 8 KiB");
      }
      line.append(c);
    }
  }

  private void line(String text) {
    switch (state) {
      case HEAD -> head(text);
      case SIZE -> {
        left = Integer.parseInt(text, 16);
        state = left == 0 ? State.ENDED : State.DATA;
      }
      case AFTER_DATA -> state = State.SIZE;
      case DATA, ENDED -> {}
    }
  }

  private void head(String text) {
    if (status.isEmpty()) {
      status = text;
    } else if (text.equalsIgnoreCase("transfer-encoding: chunked")) {
      chunked = true;
    } else if (text.isEmpty()) {
      if (!chunked || !status.contains(" 200")) {
        throw new IllegalStateException("a stream was answered with " + status);
      }
      state = State.SIZE;
    }
  }
}
