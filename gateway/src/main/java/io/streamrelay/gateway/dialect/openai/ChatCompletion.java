package io.streamrelay.gateway.dialect.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.TurnView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** An answer that wasn't streamed, as OpenAI's {@code chat.completion}. */
record ChatCompletion(
    String id,
    String object,
    long created,
    String model,
    List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ChatUsage usage) {
  @JsonNaming(SnakeCaseStrategy.class)
  record Choice(int index, Message message, @Nullable Object logprobs, String finishReason) {}

  /**
   * What was said.
   *
   * @param content null where only tools are called
   * @param toolCalls null: none
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record Message(
      String role,
      @Nullable String content,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reasoningContent,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Call> toolCalls,
      @Nullable String refusal) {}

  record Call(String id, String type, Function function) {}

  record Function(String name, String arguments) {}

  /** Of a turn that ended well. */
  static ChatCompletion of(Head head, TurnView turn) {
    List<Part> parts = turn.answer() == null ? List.of() : turn.answer();
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<Call> calls = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.Text(String said) -> text.append(said);
        case Part.Reasoning(String thought) -> reasoning.append(thought);
        case Part.ToolCall call -> calls.add(call(call));
        case Part.Media media -> {} // no model's answer has any
        case Part.ToolResult result -> {} // nor of these
      }
    }
    Message message =
        new Message(
            "assistant",
            text.isEmpty() && !calls.isEmpty() ? null : text.toString(),
            reasoning.isEmpty() ? null : reasoning.toString(),
            calls.isEmpty() ? null : calls,
            null);
    String finish = ChunkFormat.word(turn.finishReason());
    return new ChatCompletion(
        head.id(),
        "chat.completion",
        head.created(),
        head.model(),
        List.of(new Choice(0, message, null, finish)),
        ChatUsage.of(turn.usage()));
  }

  private static Call call(Part.ToolCall call) {
    String name = call.name() == null ? "" : call.name();
    return new Call(call.callId(), "function", new Function(name, call.arguments()));
  }
}
