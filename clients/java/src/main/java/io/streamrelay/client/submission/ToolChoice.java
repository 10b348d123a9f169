package io.streamrelay.client.submission;

/** Whether and what the model must call. */
public sealed interface ToolChoice {
  /** As the model likes. */
  record Auto() implements ToolChoice {}

  record None() implements ToolChoice {}

  /** One of them at least. */
  record Required() implements ToolChoice {}

  record Named(String name) implements ToolChoice {}
}
