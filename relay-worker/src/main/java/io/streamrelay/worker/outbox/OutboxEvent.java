package io.streamrelay.worker.outbox;

import java.time.Instant;
import java.util.UUID;

/**
 * One turn's end, to be told to a destination.
 *
 * @param turn the event's id too
 * @param type of the CloudEvent
 * @param json the CloudEvent, structured mode; the same text whenever it is sent
 * @param createdAt when the turn ended
 * @param attempts deliveries that failed before
 */
public record OutboxEvent(
    UUID turn,
    String owner,
    String session,
    String type,
    String json,
    Instant createdAt,
    int attempts) {
  /** Without the event itself. */
  @Override
  public String toString() {
    return "OutboxEvent[turn=" + turn + ", type=" + type + ", attempts=" + attempts + "]";
  }
}
