package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/** A piece of a message, as PostgreSQL keeps it and the API shows it: {@code {"type": …, …}}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Part.Text.class, name = "text"),
  @JsonSubTypes.Type(value = Part.Reasoning.class, name = "reasoning"),
  @JsonSubTypes.Type(value = Part.ToolCall.class, name = "tool_call")
})
public sealed interface Part {
  record Text(String text) implements Part {}

  record Reasoning(String text) implements Part {}

  /**
   * A tool call, whole. The relay passes it on as data and runs nothing.
   *
   * @param arguments what the model wrote, as it wrote it: usually JSON, not checked
   */
  record ToolCall(int index, @Nullable String id, @Nullable String name, String arguments)
      implements Part {}
}
