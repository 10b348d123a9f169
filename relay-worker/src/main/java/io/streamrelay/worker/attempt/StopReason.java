package io.streamrelay.worker.attempt;

import java.util.Locale;

/** Why an attempt is stopped from outside. */
public enum StopReason {
  /** A newer epoch wrote to the session stream. */
  FENCED,
  /** The job isn't ours any more. */
  LOST,
  /** The worker drains: another one goes on. */
  HANDED_OVER;

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
