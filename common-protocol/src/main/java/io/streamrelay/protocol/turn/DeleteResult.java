package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import java.util.List;

/** What became of a deletion. */
public sealed interface DeleteResult {
  /**
   * The session is deleted, now or since earlier.
   *
   * @param cancelled turns that were cancelled now, in the order of their ids in the session
   *     stream: their ends are to be completed
   */
  record Deleted(List<TurnId> cancelled) implements DeleteResult {
    public Deleted {
      cancelled = List.copyOf(cancelled);
    }
  }

  /** The owner never had such a session. */
  record Unknown() implements DeleteResult {}
}
