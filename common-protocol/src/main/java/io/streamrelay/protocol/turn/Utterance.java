package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import java.util.List;

/** Somebody said something: a message without its place in a session. */
public record Utterance(Role role, List<Part> parts) {
  public Utterance {
    parts = List.copyOf(parts);
  }

  /** What was submitted: the user's words, or a tool's where it begins with a result. */
  public static Utterance submitted(List<Part> parts) {
    boolean results = !parts.isEmpty() && parts.getFirst() instanceof Part.ToolResult;
    return new Utterance(results ? Role.TOOL : Role.USER, parts);
  }
}
