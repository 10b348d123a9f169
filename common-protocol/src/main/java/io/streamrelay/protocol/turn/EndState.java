package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.EndedTurn;
import org.jspecify.annotations.Nullable;

/** How far a turn's end has come in PostgreSQL. */
public sealed interface EndState {
  /** Waiting, accepted or running. */
  record NotEnded() implements EndState {}

  /** Ended while it waited: it has no ids and no entries yet, and an empty text. */
  record Unrun() implements EndState {}

  /**
   * Ended from outside; its text isn't saved yet.
   *
   * @param worker who may still run it; null if nobody claimed it
   */
  record Unsaved(ActiveTurn turn, long finalEpoch, Outcome outcome, @Nullable String worker)
      implements EndState {}

  /** Ended and saved. */
  record Saved(EndedTurn turn) implements EndState {}
}
