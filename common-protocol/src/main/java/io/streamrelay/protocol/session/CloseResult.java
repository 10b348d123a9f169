package io.streamrelay.protocol.session;

/** What became of {@link SessionStream#close}. In each case readers can learn of the end. */
public enum CloseResult {
  /** The terminal was written now. */
  CLOSED,
  /** The terminal, or a later turn, is there already. */
  ALREADY_CLOSED,
  /** There is no stream: readers take the turn from PostgreSQL. */
  GONE
}
