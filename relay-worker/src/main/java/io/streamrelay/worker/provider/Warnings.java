package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.Warning;

/**
 * Tells what of a request a wire protocol can't do as it was asked, while the request is written.
 * Used by one thread.
 */
public final class Warnings {
  private final String type;
  private final DeltaSink sink;

  /**
   * @param type of the provider, as it is configured
   */
  public Warnings(String type, DeltaSink sink) {
    this.type = type;
    this.sink = sink;
  }

  /**
   * Something is not sent.
   *
   * @param field its path in a submission
   * @param why goes on after the type: {@code has no seed}
   */
  public void leftOut(String field, String why) {
    tell(Warning.Code.UNSUPPORTED, field, why + ": '" + field + "' was left out");
  }

  /**
   * Something is sent with another value, or says less.
   *
   * @param what goes on after the type: {@code is asked for 'low'}
   */
  public void adjusted(String field, String what) {
    tell(Warning.Code.ADJUSTED, field, what + " for '" + field + "'");
  }

  private void tell(Warning.Code code, String field, String message) {
    sink.warned(new Warning(code, field, type + " " + message));
  }
}
