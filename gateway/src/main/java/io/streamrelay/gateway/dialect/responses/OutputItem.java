package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.protocol.event.Part;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** One item of an answer, as OpenAI's clients read it. */
sealed interface OutputItem extends ResponseItem {
  /** Text, in one part. */
  record Message(String id, String status, String role, List<OutputText> content)
      implements OutputItem {
    static Message of(String id, String status, String text) {
      return new Message(id, status, "assistant", List.of(OutputText.of(text)));
    }

    /** Nothing of it is told yet. */
    static Message begun(String id) {
      return new Message(id, "in_progress", "assistant", List.of());
    }

    @Override
    public String type() {
      return "message";
    }
  }

  record OutputText(String type, List<Object> annotations, List<Object> logprobs, String text)
      implements Content {
    static OutputText of(String text) {
      return new OutputText("output_text", List.of(), List.of(), text);
    }
  }

  /**
   * What the model thought aloud, as a summary: clients show that, and nothing else of an item of
   * this kind.
   */
  record Reasoning(String id, String status, List<SummaryText> summary) implements OutputItem {
    static Reasoning of(String id, String status, String text) {
      return new Reasoning(id, status, List.of(SummaryText.of(text)));
    }

    static Reasoning begun(String id) {
      return new Reasoning(id, "in_progress", List.of());
    }

    @Override
    public String type() {
      return "reasoning";
    }
  }

  record SummaryText(String type, String text) {
    static SummaryText of(String text) {
      return new SummaryText("summary_text", text);
    }
  }

  /**
   * A call of one of the caller's functions.
   *
   * @param callId what its result has to name
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record FunctionCall(String id, String status, String callId, String name, String arguments)
      implements OutputItem {
    static FunctionCall of(String id, String status, Part.ToolCall call) {
      String name = call.name() == null ? "" : call.name();
      return new FunctionCall(id, status, call.callId(), name, call.arguments());
    }

    @Override
    public String type() {
      return "function_call";
    }
  }
}
