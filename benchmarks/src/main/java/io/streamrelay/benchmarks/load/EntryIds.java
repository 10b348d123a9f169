package io.streamrelay.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * Checks that the ids of a turn's events are as the protocol says: within an epoch each follows the
 * one before it, and epochs only grow. One per turn; not thread-safe.
 */
final class EntryIds {
  private long epoch = -1;
  private long seq;
  private @Nullable String last;

  /** Whether the event may come now. One without an id may always. */
  boolean follows(@Nullable String id) {
    if (id == null) {
      return true;
    }
    int dash = id.indexOf('-');
    long nextEpoch = Long.parseLong(id, 0, dash, 10);
    long nextSeq = Long.parseLong(id, dash + 1, id.length(), 10);
    boolean follows = nextEpoch == epoch ? nextSeq == seq + 1 : nextEpoch > epoch && nextSeq == 0;
    epoch = nextEpoch;
    seq = nextSeq;
    last = id;
    return follows;
  }

  /** The cursor to come back with; null before the first event. */
  @Nullable String last() {
    return last;
  }
}
