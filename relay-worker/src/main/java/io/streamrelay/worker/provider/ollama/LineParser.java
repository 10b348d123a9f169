package io.streamrelay.worker.provider.ollama;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.util.Arrays;

/**
 * Cuts bytes into lines that end in LF, however they arrive. Each byte is looked at once; memory is
 * bounded by the longest line.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class LineParser {
  /** Takes the lines. */
  interface Lines {
    /**
     * @param bytes hold the line, without its end, from {@code from} on; valid during the call only
     */
    void line(byte[] bytes, int from, int length) throws ProviderException;
  }

  private static final int FIRST_BYTES = 1024;

  private final Lines lines;
  private final int maxBytes;

  private byte[] kept = new byte[FIRST_BYTES];
  private int length;

  /**
   * @param maxBytes the longest line; more is {@code output_limit}
   */
  LineParser(Lines lines, int maxBytes) {
    this.lines = lines;
    this.maxBytes = maxBytes;
  }

  /** Takes the next bytes and gives the lines they complete. */
  void feed(byte[] bytes) throws ProviderException {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        endLine(bytes, start, i - start);
        start = i + 1;
      }
    }
    keep(bytes, start, bytes.length - start);
  }

  /** The bytes have ended: gives a line that lacks its end. */
  void end() throws ProviderException {
    endLine(kept, 0, 0);
  }

  private void endLine(byte[] bytes, int start, int more) throws ProviderException {
    if (length == 0) {
      checkLength(more);
      lines.line(bytes, start, more);
    } else {
      keep(bytes, start, more);
      int whole = length;
      length = 0;
      lines.line(kept, 0, whole);
    }
  }

  private void keep(byte[] bytes, int start, int more) throws ProviderException {
    checkLength(length + more);
    if (length + more > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(kept.length * 2, length + more));
    }
    System.arraycopy(bytes, start, kept, length, more);
    length += more;
  }

  private void checkLength(int bytes) throws ProviderException {
    if (bytes > maxBytes) {
      throw new ProviderException(
          FailureCode.OUTPUT_LIMIT, "the provider sent a line over " + maxBytes + " bytes");
    }
  }
}
