package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls that wait for their results: those of a session's last answer.
 *
 * <p>Failed turns don't count, here as in the prompt: after one that failed over the results they
 * are handed in again. Nor do the calls of an answer that was cancelled: they may be cut off.
 */
public final class OpenCalls {
  private OpenCalls() {}

  /** What is wrong with results; empty lists are never both. */
  public record Mismatch(List<String> unknown, List<String> missing) {
    public Mismatch {
      unknown = List.copyOf(unknown);
      missing = List.copyOf(missing);
    }
  }

  /** The ids of the calls in an answer, in their order. */
  public static List<String> of(List<Part> answer) {
    return answer.stream()
        .filter(Part.ToolCall.class::isInstance)
        .map(part -> ((Part.ToolCall) part).callId())
        .distinct()
        .toList();
  }

  /**
   * The ids of the calls that are open after a message.
   *
   * @param last the newest message that isn't of a failed turn and isn't empty
   */
  static List<String> after(Role role, List<Part> last, TurnStatus status) {
    return role == Role.ASSISTANT && status == TurnStatus.ENDED ? of(last) : List.of();
  }

  /** Null if the results answer each open call, once, and no other. */
  public static @Nullable Mismatch mismatch(List<String> open, List<Part> results) {
    Set<String> missing = new LinkedHashSet<>(open);
    List<String> unknown = new ArrayList<>();
    for (Part part : results) {
      if (part instanceof Part.ToolResult result && !missing.remove(result.toolCallId())) {
        unknown.add(result.toolCallId());
      }
    }
    return unknown.isEmpty() && missing.isEmpty()
        ? null
        : new Mismatch(unknown, List.copyOf(missing));
  }
}
