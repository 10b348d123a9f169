package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.OpenCalls;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a conversation one that providers take: each tool call directly followed by its result, in
 * one message of role {@code tool}, and no result without its call.
 *
 * <p>A call that nobody answered is left out, and with it an answer that consisted of nothing else:
 * servers refuse a call without a result, and a result that we made up would be a lie. What a user
 * said together with results follows them as a message of its own.
 */
final class ToolPairs {
  private final List<Utterance> conversation;
  private final List<Utterance> paired;

  private ToolPairs(List<Utterance> conversation) {
    this.conversation = conversation;
    this.paired = new ArrayList<>(conversation.size() + 1);
  }

  static List<Utterance> of(List<Utterance> conversation) {
    ToolPairs pairs = new ToolPairs(conversation);
    for (int i = 0; i < conversation.size(); i = pairs.take(i)) {}
    return pairs.paired;
  }

  /** The newest of a conversation, some more where else a result would lose its call. */
  static List<Utterance> newest(List<Utterance> conversation, int atMost) {
    int from = Math.max(0, conversation.size() - atMost);
    while (from > 0 && from < conversation.size() && conversation.get(from).role() == Role.TOOL) {
      from--;
    }
    return conversation.subList(from, conversation.size());
  }

  /** Takes what stands at {@code at}, with the results that follow it; answers what comes next. */
  private int take(int at) {
    int next = at + 1;
    while (next < conversation.size() && conversation.get(next).role() == Role.TOOL) {
      next++;
    }
    Utterance said = conversation.get(at);
    boolean callless = said.role() != Role.ASSISTANT;
    List<Utterance> following = conversation.subList(said.role() == Role.TOOL ? at : at + 1, next);
    Set<String> open = new HashSet<>(callless ? List.of() : OpenCalls.of(said.parts()));
    List<Part> results = new ArrayList<>();
    List<Part> remarks = new ArrayList<>();
    for (Utterance message : following) {
      for (Part part : message.parts()) {
        if (!(part instanceof Part.ToolResult result)) {
          remarks.add(part);
        } else if (open.remove(result.toolCallId())) {
          results.add(result);
        }
      }
    }
    if (said.role() != Role.TOOL) {
      add(said.role(), said.parts().stream().filter(part -> !isOpen(part, open)).toList());
    }
    add(Role.TOOL, results);
    add(Role.USER, remarks);
    return next;
  }

  private static boolean isOpen(Part part, Set<String> open) {
    return part instanceof Part.ToolCall call && open.contains(call.callId());
  }

  private void add(Role role, List<Part> parts) {
    if (!parts.isEmpty()) {
      paired.add(new Utterance(role, parts));
    }
  }
}
