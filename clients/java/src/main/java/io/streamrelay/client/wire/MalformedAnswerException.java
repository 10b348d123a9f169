package io.streamrelay.client.wire;

/**
 * What came isn't what a gateway says. The message tells what is wrong where, and quotes nothing.
 */
public final class MalformedAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedAnswerException(String message) {
    super(message);
  }
}
