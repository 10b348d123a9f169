package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Takes what a provider says, in order. Text may be any UTF-16, broken too, and empty; it is made
 * valid behind this. Never blocks. Called by one thread at a time, not always the same.
 */
public interface DeltaSink {
  /** A sink has room for more: what {@link #room} gives where there is no bound. */
  CompletableFuture<Void> ROOM = CompletableFuture.completedFuture(null);

  void text(String delta);

  void reasoning(String delta);

  /** A piece of a tool call; pieces with the same index are joined. */
  void toolCall(ToolCall piece);

  /**
   * What the call has cost so far, as soon as the provider says so: also where it fails or is
   * interrupted later. Each takes the place of the one before.
   */
  default void usage(Usage soFar) {}

  /**
   * Something of the request can't be done as it was asked, though the request is: told before
   * anybody is asked, so that it is known also if the call fails.
   */
  default void warned(Warning warning) {}

  /**
   * The provider's own name for the answer that begins, for {@link Provider#resume}: at most once,
   * before the first delta.
   */
  default void named(String response) {}

  /**
   * How long the call had to wait for its first delta, or for its failure without one: told once,
   * before the delta.
   */
  default void waitedFor(Duration untilFirstDelta) {}

  /**
   * Backpressure: who gives deltas asks this after a few of them, and while it isn't done gives no
   * more than those at hand.
   *
   * @return done if there is room for more; else done once it is worth asking again, or never. Its
   *     completion may hold locks: what follows from it runs on a thread of its own
   */
  CompletableFuture<Void> room();
}
