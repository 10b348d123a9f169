package io.streamrelay.client.submission;

/** What happens while the session has a turn that runs or waits. */
public enum OnBusy {
  /** Refused with {@code session_busy}. */
  REJECT,
  /** It waits for its turn, as one of 8 at most. */
  ENQUEUE,
  /** Those that wait and the one that runs are cancelled. */
  INTERRUPT
}
