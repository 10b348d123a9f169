package io.streamrelay.client;

/**
 * The thread was interrupted while it waited for the gateway. It still is: the flag is set again.
 * Nothing is cancelled by that but the waiting.
 */
public final class CallInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CallInterruptedException(InterruptedException cause) {
    super("interrupted while waiting for the gateway; a turn that was handed in goes on", cause);
  }

  /** Sets the thread's flag again. */
  static CallInterruptedException of(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CallInterruptedException(cause);
  }
}
