package io.streamrelay.client;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.message.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a turn has said.
 *
 * @param toolCalls in the order of their indexes
 * @param terminal how the turn ended; null while it goes on
 */
public record Answer(
    String text,
    String reasoning,
    List<Part.ToolCall> toolCalls,
    RelayEvent.@Nullable Terminal terminal) {
  public Answer {
    toolCalls = List.copyOf(toolCalls);
  }
}
