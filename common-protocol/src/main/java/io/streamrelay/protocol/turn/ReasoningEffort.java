package io.streamrelay.protocol.turn;

import java.util.Locale;

/** How much a model is to think before it answers. */
public enum ReasoningEffort {
  NONE,
  MINIMAL,
  LOW,
  MEDIUM,
  HIGH;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
