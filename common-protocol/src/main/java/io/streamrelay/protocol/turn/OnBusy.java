package io.streamrelay.protocol.turn;

import java.util.Locale;

/** What becomes of a submission to a session in which a turn is active or waits. */
public enum OnBusy {
  /** It is refused. */
  REJECT,
  /** It waits until those before it have ended. */
  ENQUEUE,
  /** Those before it are cancelled. */
  INTERRUPT;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
