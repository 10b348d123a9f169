package io.streamrelay.client.resource;

import java.util.Locale;

/** Where a turn is. */
public enum TurnStatus {
  /** For those before it in its session. */
  WAITING,
  ACCEPTED,
  RUNNING,
  ENDED,
  FAILED,
  CANCELLED,
  /** Of a gateway that is newer than this client. */
  UNKNOWN;

  /** Of the wire's word. */
  public static TurnStatus of(String word) {
    for (TurnStatus status : values()) {
      if (status.name().toLowerCase(Locale.ROOT).equals(word)) {
        return status;
      }
    }
    return UNKNOWN;
  }

  /** Whether nothing of the turn follows. */
  public boolean isOver() {
    return this == ENDED || this == FAILED || this == CANCELLED;
  }
}
