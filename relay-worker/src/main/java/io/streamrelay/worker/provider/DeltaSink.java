package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;

/**
 * Takes what a provider says, in order. Text may be any UTF-16, broken too, and empty; it is made
 * valid behind this. Blocks only at the named bound of what may wait for Redis (backpressure).
 */
public interface DeltaSink {
  void text(String delta) throws InterruptedException;

  void reasoning(String delta) throws InterruptedException;

  /** A piece of a tool call; pieces with the same index are joined. */
  void toolCall(ToolCall piece) throws InterruptedException;

  /**
   * What the call has cost so far, as soon as the provider says so: also where it fails or is
   * interrupted later. Each takes the place of the one before.
   */
  default void usage(Usage soFar) {}
}
