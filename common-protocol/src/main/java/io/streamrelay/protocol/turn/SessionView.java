package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.trace.Traceparent;
import org.jspecify.annotations.Nullable;

/**
 * A session at one moment.
 *
 * @param epoch its counter: no entry has a greater one
 * @param active the accepted or running turn; null if there is none
 * @param waiting how many turns wait
 * @param deletedEpoch entries up to this epoch belonged to the session before it was deleted and
 *     made anew; 0: it never was
 * @param traceparent of the active turn's submit; null if there is none
 */
public record SessionView(
    long epoch,
    @Nullable ActiveTurn active,
    int waiting,
    long deletedEpoch,
    @Nullable Traceparent traceparent) {
  /** Of a session that was never deleted and isn't traced. */
  public SessionView(long epoch, @Nullable ActiveTurn active, int waiting) {
    this(epoch, active, waiting, 0, null);
  }

  /** Whether nothing runs and nothing will without another submit. */
  public boolean idle() {
    return active == null && waiting == 0;
  }
}
