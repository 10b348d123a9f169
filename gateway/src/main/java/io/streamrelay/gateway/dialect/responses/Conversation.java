package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.submit.MessageFields;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.OpenCalls;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of items what was said. An answer is several items there (thoughts, texts, calls) and one
 * utterance here, and so are the results that follow it. Not thread-safe: one for each list.
 */
final class Conversation {
  private final List<Utterance> said = new ArrayList<>();
  private final List<Part> answer = new ArrayList<>(); // not said yet; then there are no results
  private final List<Part> results = new ArrayList<>(); // not said yet; then there is no answer
  private final List<String> open = new ArrayList<>(); // calls without a result
  private boolean begun; // something else than results was there
  private int calls; // of the answer

  private Conversation() {}

  /**
   * At least one utterance; the last is what is submitted: the user's, or results of all the calls
   * before it.
   *
   * <p>Each result has its call in the answer before it, except for those at the very beginning:
   * they are for calls of what was said before all this, which has to be looked at by who knows it.
   *
   * @param items at least one, and no {@link InputItem.Reference} left
   */
  static List<Utterance> of(List<InputItem> items) {
    Conversation conversation = new Conversation();
    items.forEach(conversation::add);
    return conversation.checked();
  }

  private void add(InputItem item) {
    switch (item) {
      case InputItem.Message(Role role, List<Part> parts) when role == Role.ASSISTANT ->
          parts.forEach(this::answer);
      case InputItem.Message(Role role, List<Part> parts) -> {
        endAnswer();
        endResults();
        open.clear();
        said.add(new Utterance(role, parts));
      }
      case InputItem.Thought(Part.Reasoning thought) -> {
        if (!thought.text().isBlank()) {
          answer(thought);
        }
      }
      case InputItem.Call(Part.ToolCall call) -> call(call);
      case InputItem.Result(Part.ToolResult result) -> result(result);
      case InputItem.Reference(String id) ->
          throw new IllegalArgumentException("still a reference: " + id);
    }
    begun |= !(item instanceof InputItem.Result);
  }

  private void answer(Part part) {
    endResults();
    answer.add(part);
  }

  private void call(Part.ToolCall call) {
    endResults();
    if (OpenCalls.of(answer).contains(call.callId())) {
      throw Problem.invalid("'input' has two calls with the call_id " + Excerpt.ofId(call.callId()))
          .exception();
    }
    answer.add(new Part.ToolCall(calls++, call.id(), call.name(), call.arguments()));
  }

  private void result(Part.ToolResult result) {
    endAnswer();
    if (begun && !open.remove(result.toolCallId())) {
      throw Problem.invalid(
              "'input' has a function_call_output for %s, which is no call of the answer before it,"
                      .formatted(Excerpt.ofId(result.toolCallId()))
                  + " or one that has its output")
          .exception();
    }
    results.add(result);
  }

  private void endAnswer() {
    if (!answer.isEmpty()) {
      open.clear();
      open.addAll(OpenCalls.of(answer));
      said.add(new Utterance(Role.ASSISTANT, answer));
      answer.clear();
      calls = 0;
    }
  }

  private void endResults() {
    if (!results.isEmpty()) {
      said.add(new Utterance(Role.TOOL, results));
      results.clear();
    }
  }

  private List<Utterance> checked() {
    boolean answered = !answer.isEmpty();
    endResults();
    if (answered || said.isEmpty() || said.getLast().role() == Role.SYSTEM) {
      throw Problem.invalid("'input' must end with a user's message or function_call_output")
          .exception();
    }
    if (said.getLast().role() == Role.TOOL && !open.isEmpty()) {
      throw Problem.invalid(
              "'input' ends without the function_call_output of " + Excerpt.ofId(open.getFirst()))
          .exception();
    }
    MessageFields.checkSize(said.getLast(), "input");
    return List.copyOf(said);
  }
}
