package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Warning;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the arguments of tool calls together, to look at them when the answer is finished: who runs
 * a tool expects a JSON object, and a model may have written anything or nothing.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class ToolCallEnds {
  private final Map<Integer, StringBuilder> arguments = new TreeMap<>();

  void add(ToolCall piece) {
    arguments
        .computeIfAbsent(piece.index(), index -> new StringBuilder())
        .append(piece.arguments());
  }

  /**
   * Completes calls without arguments, and tells which have some that aren't an object. What the
   * model wrote is given on as it is. Once more there is nothing to tell.
   */
  void tell(DeltaSink sink) {
    arguments.forEach((index, written) -> {
      if (written.toString().isBlank()) {
        sink.toolCall(new ToolCall(index, null, null, "{}"));
      } else if (!BoundedJson.isObject(written.toString())) {
        sink.warned(
            new Warning(
                Warning.Code.INVALID_ARGUMENTS,
                "tools",
                "the arguments of the tool call with index " + index + " are not a JSON object"));
      }
    });
    arguments.clear();
  }
}
