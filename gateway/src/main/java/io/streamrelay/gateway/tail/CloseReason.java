package io.streamrelay.gateway.tail;

import java.util.Locale;

/** Why a reader was closed; a metric tag. */
public enum CloseReason {
  /** It has all there is: its turn's terminal, or nothing active or waiting. */
  FINISHED,
  /** The client went away. */
  DISCONNECTED,
  /** It fell behind the session's buffer, or one write took too long. It resumes by its cursor. */
  SLOW,
  /** The gateway is draining. */
  DRAINING,
  /** Its key was revoked. The cursor stays good, but not for that key. */
  REVOKED,
  /** The gateway couldn't go on; it resumes by its cursor. */
  FAILED;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
