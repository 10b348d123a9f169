package io.streamrelay.protocol.turn;

/** What readers of a turn that a claim ended are told. */
final class ClaimRefusal {
  static final String NO_TIME_LEFT = "The deadline passed before an answer could be generated.";
  static final String NO_ATTEMPT_LEFT = "Every attempt at this turn broke off.";

  private ClaimRefusal() {}
}
