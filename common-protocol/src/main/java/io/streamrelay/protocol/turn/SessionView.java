package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.ActiveTurn;
import org.jspecify.annotations.Nullable;

/**
 * A session at one moment.
 *
 * @param epoch its counter: no entry has a greater one
 * @param active the accepted or running turn; null if there is none
 * @param waiting how many turns wait
 */
public record SessionView(long epoch, @Nullable ActiveTurn active, int waiting) {
  /** Whether nothing runs and nothing will without another submit. */
  public boolean idle() {
    return active == null && waiting == 0;
  }
}
