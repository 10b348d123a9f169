package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Why a provider stopped of its own accord. A closed set; what a provider says beyond it is {@link
 * #OTHER}.
 */
public enum FinishReason {
  STOP,
  LENGTH,
  TOOL_CALLS,
  CONTENT_FILTER,
  OTHER;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A word of a newer version becomes {@link #OTHER}. */
  @JsonCreator
  public static FinishReason of(String wire) {
    for (FinishReason reason : values()) {
      if (reason.wire().equals(wire)) {
        return reason;
      }
    }
    return OTHER;
  }
}
