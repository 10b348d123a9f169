package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.Message;

/**
 * Cuts bytes into the messages of {@code application/vnd.amazon.eventstream}, however they arrive.
 * AWS's module decodes a whole message and checks its sums; its own {@code MessageDecoder} takes 2
 * MiB for each answer and believes a length before it checked it.
 *
 * <p>A message: total length, length of the headers, CRC32 of these eight bytes, headers, payload,
 * CRC32 of all before it.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
final class EventStreamParser {
  /** Takes the messages. */
  interface Messages {
    void message(Message message) throws ProviderException;
  }

  private static final int LENGTHS = 8;
  private static final int PRELUDE = 12;
  private static final int OVERHEAD = 16;
  private static final int FIRST_BYTES = 1024;

  private final Messages messages;
  private final int maxBytes;

  private byte[] message = new byte[FIRST_BYTES];
  private int length;
  private int wanted = PRELUDE;

  /**
   * @param maxBytes the longest message; more is {@code output_limit}
   */
  EventStreamParser(Messages messages, int maxBytes) {
    this.messages = messages;
    this.maxBytes = maxBytes;
  }

  /** Takes the next bytes and gives the messages they complete. */
  void feed(byte[] bytes) throws ProviderException {
    int at = 0;
    while (at < bytes.length) {
      int taken = Math.min(wanted - length, bytes.length - at);
      System.arraycopy(bytes, at, message, length, taken);
      length += taken;
      at += taken;
      if (length < wanted) {
        return;
      }
      if (wanted == PRELUDE) {
        wanted = totalLength();
        message = wanted <= message.length ? message : Arrays.copyOf(message, wanted);
      } else {
        Message whole = decode();
        length = 0;
        wanted = PRELUDE;
        messages.message(whole);
      }
    }
  }

  private int totalLength() throws ProviderException {
    ByteBuffer prelude = ByteBuffer.wrap(message, 0, PRELUDE);
    int total = prelude.getInt();
    int headers = prelude.getInt();
    CRC32 sum = new CRC32();
    sum.update(message, 0, LENGTHS);
    if (prelude.getInt() != (int) sum.getValue()
        || total < OVERHEAD
        || headers < 0
        || headers > total - OVERHEAD) {
      throw broken(null);
    }
    if (total > maxBytes) {
      throw new ProviderException(
          FailureCode.OUTPUT_LIMIT, "the provider sent a message over " + maxBytes + " bytes");
    }
    return total;
  }

  private Message decode() throws ProviderException {
    try {
      return Message.decode(ByteBuffer.wrap(message, 0, length));
    } catch (RuntimeException e) { // it doesn't say which: wrong sums, headers that don't add up
      throw broken(e);
    }
  }

  private static ProviderException broken(@Nullable Exception cause) {
    return new ProviderException(
        FailureCode.PROVIDER_UNAVAILABLE,
        "the provider sent a message that is no event stream's",
        null,
        cause);
  }
}
