package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import java.util.List;

/**
 * A turn with what it was asked with.
 *
 * @param parts what was submitted
 * @param request all else that was asked for
 */
public record AskedTurn(TurnView view, List<Part> parts, TurnRequest request) {
  public AskedTurn {
    parts = List.copyOf(parts);
  }
}
