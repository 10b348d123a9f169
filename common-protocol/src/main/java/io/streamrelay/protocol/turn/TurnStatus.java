package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import io.streamrelay.protocol.event.Outcome;
import java.util.Locale;

/**
 * {@code waiting → accepted → running → ended | failed | cancelled}. Active are accepted and
 * running: at most one turn of a session.
 */
public enum TurnStatus {
  WAITING,
  ACCEPTED,
  RUNNING,
  ENDED,
  FAILED,
  CANCELLED;

  public boolean active() {
    return this == ACCEPTED || this == RUNNING;
  }

  public boolean terminal() {
    return this == ENDED || this == FAILED || this == CANCELLED;
  }

  public static TurnStatus of(Outcome outcome) {
    return switch (outcome) {
      case ENDED -> ENDED;
      case FAILED -> FAILED;
      case CANCELLED -> CANCELLED;
    };
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Throws IllegalArgumentException for anything else. */
  public static TurnStatus of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}
