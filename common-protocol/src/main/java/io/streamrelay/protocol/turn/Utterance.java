package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import java.util.List;

/** Somebody said something: a message without its place in a session. */
public record Utterance(Role role, List<Part> parts) {
  public Utterance {
    parts = List.copyOf(parts);
  }
}
