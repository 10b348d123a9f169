package io.streamrelay.protocol.model;

/**
 * What becomes of an answer that broke off after something of it was said: with its worker, or with
 * its provider. Where nothing was said yet, it is always generated anew.
 */
public enum Takeover {
  /** It is generated anew, and takes the place of what was said. */
  RESTART,
  /** The turn fails and keeps what was said. */
  FAIL,
  /** It goes on where the provider itself can go on with it, else as {@link #RESTART}. */
  RESUME
}
