package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.EndedTurn;
import org.jspecify.annotations.Nullable;

/** What became of {@link TurnStore#finish}. */
public sealed interface FinishResult {
  /**
   * Ended, now or by the same call before.
   *
   * @param saved as it is stored, where this call ended the turn with its text; null: to be asked
   *     for with {@link TurnStore#endState}
   * @param promotion what this call made of the turns that waited; {@link Promotion#NONE} also
   *     where it ended nothing itself
   */
  record Finished(@Nullable EndedTurn saved, Promotion promotion) implements FinishResult {
    /** Nothing waited. */
    public Finished(@Nullable EndedTurn saved) {
      this(saved, Promotion.NONE);
    }
  }

  /** It had ended otherwise before: its first ending stands. */
  record AlreadyEnded(TurnStatus status) implements FinishResult {}

  /** Claimed again since: the attempt isn't ours any more. */
  record NotOurs() implements FinishResult {}

  /** There is no such turn. */
  record Unknown() implements FinishResult {}
}
