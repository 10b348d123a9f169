package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;

/**
 * Takes what a provider says, in order. Text may be any UTF-16, broken too, and empty; it is made
 * valid behind this. Blocks only at the named bound of what may wait for Redis (backpressure).
 */
public interface DeltaSink {
  void text(String delta) throws InterruptedException;

  void reasoning(String delta) throws InterruptedException;

  /** A piece of a tool call; pieces with the same index are joined. */
  void toolCall(ToolCall piece) throws InterruptedException;
}
