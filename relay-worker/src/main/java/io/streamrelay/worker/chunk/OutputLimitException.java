package io.streamrelay.worker.chunk;

/** An attempt said more than a turn may hold. What was said before is kept. */
public final class OutputLimitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OutputLimitException(String message) {
    super(message);
  }
}
