package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.CloseResult;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.Held;
import io.streamrelay.protocol.session.SessionStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the session stream, and the saved text, say what PostgreSQL says of an ended turn. Gateway,
 * worker and sweeper share it: anybody may do it, at any time, again. Thread-safe.
 *
 * <p>The order is exact. First the mark, which fences whoever still writes and answers what the
 * stream holds; then the text; then the terminal. The other order lets a Redis failover in between
 * tell readers another text than is saved.
 */
public final class Completion {
  private final TurnStore turns;
  private final SessionStream streams;

  public Completion(TurnStore turns, SessionStream streams) {
    this.turns = turns;
    this.streams = streams;
  }

  /**
   * One try. Throws {@link io.streamrelay.protocol.session.StoreUnavailableException} where a store
   * doesn't answer: repeat.
   *
   * @return what became of the stream; null if the turn hasn't ended or has no entries to write
   */
  public @Nullable CloseResult complete(TurnId turn) {
    return switch (turns.endState(turn)) {
      case null -> null;
      case EndState.NotEnded() -> null;
      case EndState.Unrun() -> null;
      case EndState.Unsaved unsaved -> {
        saveWhatIsHeld(unsaved);
        yield turns.endState(turn) instanceof EndState.Saved(var ended)
            ? streams.close(ended)
            : null;
      }
      case EndState.Saved(var ended) -> streams.close(ended);
    };
  }

  /**
   * The last step alone, for the worker whose own end was saved just now: its {@code done} fenced
   * whoever wrote before. One try, as {@link #complete}.
   */
  public CloseResult close(EndedTurn saved) {
    return streams.close(saved);
  }

  /** Fences the turn's writer, if any is left, and saves what the stream holds of the turn. */
  public void saveWhatIsHeld(EndState.Unsaved unsaved) {
    Held held = Held.of(streams.mark(unsaved.turn(), unsaved.finalEpoch()));
    boolean partialLost = unsaved.worker() != null && !held.started();
    turns.saveAnswer(
        unsaved.turn().turn(), held.answer(), held.last(), held.borders(), partialLost);
  }
}
