package io.streamrelay.gateway.dialect.responses;

/**
 * The sequence numbers of a response's events. They are made of what never changes: the epochs of
 * the turn and of its attempts, and the place of an event among those of its attempt. So they are
 * the same on every gateway and in every connection.
 *
 * @param userEpoch u of the turn
 */
record ResponseNumbers(long userEpoch) {
  /** {@code response.created}. */
  static final int CREATED = 0;

  /** The first {@code response.in_progress}. */
  static final int IN_PROGRESS = 1;

  /**
   * Numbers there are for one attempt: more than events. It has at most 20 000 entries, and each at
   * most six events, with two more for each call at the end. Numbers of 8191 epochs fit into 31
   * bits, which is all that some clients have for them.
   */
  static final int STRIDE = 1 << 18;

  /** The number of an attempt's event: {@code index} counts its events from 0. */
  long of(long epoch, int index) {
    return STRIDE * (epoch - userEpoch - 1) + IN_PROGRESS + 1 + index;
  }

  /** The epoch of the attempt that an event belongs to. */
  long epoch(long number) {
    return userEpoch + 1 + (number - IN_PROGRESS - 1) / STRIDE;
  }

  /**
   * The index of an attempt's first event. In one that isn't the first, the number before that is
   * left for the word that it begins anew.
   */
  int firstIndex(long epoch) {
    return epoch == userEpoch + 1 ? 0 : 1;
  }
}
