package io.streamrelay.benchmarks.load;

/**
 * What was to be measured can't be; the message is a sentence for the user that says how to mend
 * it.
 */
public final class UnfitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnfitException(String sentence) {
    super(sentence);
  }
}
