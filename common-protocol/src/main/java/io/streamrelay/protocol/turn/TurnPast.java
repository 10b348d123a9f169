package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.EndedTurn;

/** What PostgreSQL can tell a reader of a turn that has ids. */
public sealed interface TurnPast {
  ActiveTurn turn();

  UserMessage user();

  /** Ended and saved: all its entries can be given. */
  record Settled(EndedTurn ended) implements TurnPast {
    @Override
    public ActiveTurn turn() {
      return ended.turn();
    }

    @Override
    public UserMessage user() {
      return ended.user();
    }
  }

  /** Live, or ended and not saved yet: only its user entry is certain. */
  record Unsettled(ActiveTurn turn, UserMessage user) implements TurnPast {}
}
