package io.streamrelay.quickstart;

/**
 * Something could not be started. The message is one sentence for the user: what, and what to do.
 */
public final class StartException extends RuntimeException {
  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
