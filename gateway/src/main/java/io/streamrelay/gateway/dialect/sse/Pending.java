package io.streamrelay.gateway.dialect.sse;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that wait for the socket, given out as one buffer. Keeps no room while empty. Not
 * thread-safe: guarded by its connection's lock.
 */
final class Pending {
  private byte @Nullable [] only; // the common case
  private @Nullable List<byte[]> others;
  private int size;
  private long receivedNanos;

  /** Adds a block; {@code receivedNanos} of its push, 0 if it wasn't pushed. */
  void add(byte[] block, long receivedNanos) {
    if (only == null) {
      only = block;
    } else {
      if (others == null) {
        others = new ArrayList<>();
      }
      others.add(block);
    }
    size += block.length;
    if (this.receivedNanos == 0) {
      this.receivedNanos = receivedNanos;
    }
  }

  /** Bytes that wait. */
  int size() {
    return size;
  }

  /** When the oldest pushed block was received; 0 if none was pushed. */
  long receivedNanos() {
    return receivedNanos;
  }

  /** All blocks, joined; nothing waits any more. */
  ByteBuffer take() {
    byte[] first = only == null ? new byte[0] : only;
    ByteBuffer joined = others == null ? ByteBuffer.wrap(first) : join(first, others);
    clear();
    return joined;
  }

  void clear() {
    only = null;
    others = null;
    size = 0;
    receivedNanos = 0;
  }

  private ByteBuffer join(byte[] first, List<byte[]> rest) {
    ByteBuffer joined = ByteBuffer.allocate(size);
    joined.put(first);
    rest.forEach(joined::put);
    return joined.flip();
  }
}
