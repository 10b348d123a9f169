package io.streamrelay.gateway.cancel;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.TurnStatus;

/** What became of a cancel. */
public sealed interface CancelResult {
  /** The turn is in this state now: cancelled, or as it ended before. */
  record Known(TurnId turn, TurnStatus status) implements CancelResult {}

  /** The session has no turn to cancel. */
  record Idle() implements CancelResult {}

  /** The owner has no such session. */
  record NoSession() implements CancelResult {}

  /** The session has no such turn. */
  record NoTurn() implements CancelResult {}
}
