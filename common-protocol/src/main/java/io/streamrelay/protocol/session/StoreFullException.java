package io.streamrelay.protocol.session;

/**
 * Redis is at its memory limit and refused to grow. Nothing was written. Repeat later, and stop
 * taking on new work until then.
 */
public final class StoreFullException extends StoreUnavailableException {
  private static final long serialVersionUID = 1;

  public StoreFullException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreFullException(String message) {
    super(message);
  }
}
