package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the turns that waited for one that has ended, in the order of their ids.
 *
 * @param unrun those that had ended while they waited and have their ids now: their ends are to be
 *     completed
 * @param next the one that is active now; null: none waited
 */
public record Promotion(List<TurnId> unrun, @Nullable Activation next) {
  /** Nothing waited. */
  public static final Promotion NONE = new Promotion(List.of(), null);

  public Promotion {
    unrun = List.copyOf(unrun);
  }
}
