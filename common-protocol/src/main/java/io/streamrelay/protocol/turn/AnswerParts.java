package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer as a message's parts: reasoning, text, tool calls, in this order; what is empty is left
 * out.
 */
final class AnswerParts {
  private AnswerParts() {}

  static List<Part> of(Snapshot answer) {
    List<Part> parts = new ArrayList<>();
    if (!answer.reasoning().isEmpty()) {
      parts.add(new Part.Reasoning(answer.reasoning()));
    }
    if (!answer.text().isEmpty()) {
      parts.add(new Part.Text(answer.text()));
    }
    for (ToolCall call : answer.toolCalls()) {
      parts.add(new Part.ToolCall(call.index(), call.id(), call.name(), call.arguments()));
    }
    return parts;
  }

  /** What {@link #of} was made from. */
  static Snapshot snapshot(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.Text piece -> text.append(piece.text());
        case Part.Reasoning piece -> reasoning.append(piece.text());
        case Part.ToolCall call ->
            calls.add(new ToolCall(call.index(), call.id(), call.name(), call.arguments()));
        case Part.Media media -> {} // no answer has one
        case Part.ToolResult result -> {} // likewise
      }
    }
    return new Snapshot(text.toString(), reasoning.toString(), calls);
  }
}
