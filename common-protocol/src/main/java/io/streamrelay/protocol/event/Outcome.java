package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a turn ended. */
public enum Outcome {
  ENDED,
  FAILED,
  CANCELLED;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Throws IllegalArgumentException for anything else. */
  @JsonCreator
  public static Outcome of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}
