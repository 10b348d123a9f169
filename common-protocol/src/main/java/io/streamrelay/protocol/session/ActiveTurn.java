package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;

/**
 * A turn that has, or had, its place in a session stream.
 *
 * @param userEpoch u: the turn's first entry is {@code <u>-0 user}, and nothing of it has a smaller
 *     epoch
 */
public record ActiveTurn(SessionKey session, TurnId turn, long userEpoch) {
  /** Where the turn's user message stands. */
  public EntryId first() {
    return EntryId.first(userEpoch);
  }
}
