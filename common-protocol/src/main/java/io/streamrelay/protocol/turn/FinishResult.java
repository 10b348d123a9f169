package io.streamrelay.protocol.turn;

/** What became of {@link TurnStore#finish}. */
public sealed interface FinishResult {
  /** Ended, now or by the same call before. */
  record Finished() implements FinishResult {}

  /** It had ended otherwise before: its first ending stands. */
  record AlreadyEnded(TurnStatus status) implements FinishResult {}

  /** Claimed again since: the attempt isn't ours any more. */
  record NotOurs() implements FinishResult {}

  /** There is no such turn. */
  record Unknown() implements FinishResult {}
}
