package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.session.ActiveTurn;

/** Writes a turn's user entry when the stream turns out to lack it. */
@FunctionalInterface
public interface Opener {
  /**
   * May block. Throws {@link io.streamrelay.protocol.session.StoreUnavailableException}: repeat.
   *
   * @return false if the turn isn't this epoch's any more
   */
  boolean open(ActiveTurn turn, long epoch);
}
