package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.gateway.tail.Attachment;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** All open SSE streams of this gateway. Thread-safe. */
public final class SseStreams {
  SseStreams() {}

  /**
   * Answers a request with a reader's entries as server-sent events: status, headers and first
   * bytes at once, everything else as it comes. After all checks were made; nothing of the response
   * may have been written. Returns at once; the request goes on asynchronously.
   */
  public void open(
      HttpServletRequest request, HttpServletResponse response, Attachment attachment) {
    throw new UnsupportedOperationException();
  }

  /** Streams open now. */
  public int active() {
    throw new UnsupportedOperationException();
  }
}
