package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * The outbox, read side: events of ended turns that are still to be delivered, a row for each turn
 * and destination. {@link TurnStore} writes them, in the transaction that ends the turn. Each
 * method is one bounded transaction and throws {@link
 * io.streamrelay.protocol.session.StoreUnavailableException} when its outcome is unknown.
 * Implementations are thread-safe.
 */
public interface OutboxStore {
  /**
   * Takes rows of a destination, oldest first, for so long: until then nobody else is given them.
   * Of each session its oldest row only, and none while that one is taken or put off: whoever
   * delivers a row knows that those before it were delivered. Passes over rows that somebody else
   * is taking now.
   *
   * @param lease longer than a delivery takes; when it is over, somebody else delivers again
   */
  List<Row> take(String destination, int atMost, Duration lease);

  /** Removes rows that were delivered, or never will be. What is gone already is no fault. */
  void remove(Collection<Row> rows);

  /** Puts a row off that wasn't delivered; its session waits with it. Counts the attempt. */
  void putOff(Row row, Duration delay);

  /**
   * One event for one destination.
   *
   * @param id ascending in the order in which a session's turns ended
   * @param type of the CloudEvent
   * @param json the CloudEvent
   * @param createdAt when the turn ended
   * @param age since then, by the store's clock, when it was taken
   * @param attempts deliveries that failed
   */
  record Row(
      long id,
      TurnId turn,
      SessionKey session,
      String type,
      String json,
      Instant createdAt,
      Duration age,
      int attempts) {
    /** Without the event itself. */
    @Override
    public String toString() {
      return "Row[id=" + id + ", turn=" + turn + ", type=" + type + ", attempts=" + attempts + "]";
    }
  }
}
