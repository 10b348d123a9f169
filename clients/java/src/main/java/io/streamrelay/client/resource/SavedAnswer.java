package io.streamrelay.client.resource;

import io.streamrelay.client.message.Part;
import java.util.List;
import java.util.stream.Collectors;

/** A turn's answer as it is saved: reasoning, text and tool calls. */
public record SavedAnswer(String id, List<Part> parts) {
  public String text() {
    return parts.stream()
        .map(part -> part instanceof Part.Text(String text) ? text : "")
        .collect(Collectors.joining());
  }

  public String reasoning() {
    return parts.stream()
        .map(part -> part instanceof Part.Reasoning(String text) ? text : "")
        .collect(Collectors.joining());
  }

  public List<Part.ToolCall> toolCalls() {
    return parts.stream()
        .filter(Part.ToolCall.class::isInstance)
        .map(Part.ToolCall.class::cast)
        .toList();
  }
}
