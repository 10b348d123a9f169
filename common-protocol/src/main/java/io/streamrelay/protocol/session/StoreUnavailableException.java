package io.streamrelay.protocol.session;

/**
 * The store didn't answer, or refused for the moment: whether the operation took place is unknown.
 * Repeat it; it is harmless.
 */
public class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreUnavailableException(String message) {
    super(message);
  }
}
