package io.streamrelay.worker.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of an event at its destination. Reasons hold nothing that was said, and no key. */
public sealed interface Delivery {
  /** It arrived: the row goes. */
  record Done() implements Delivery {}

  /**
   * It didn't, or nobody knows: it is tried again, and its session waits.
   *
   * @param notBefore how long the destination wants to be left alone; null: as the publisher's
   *     back-off says
   */
  record Later(String why, @Nullable Duration notBefore) implements Delivery {}

  /** It never will: the row goes, counted and logged. */
  record Never(String why) implements Delivery {}
}
