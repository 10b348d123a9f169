package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.worker.provider.DeltaSink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Passes deltas on, and notes the first and what it all costs. Not thread-safe: used by one thread
 * at a time.
 */
final class FirstDelta implements DeltaSink {
  private final DeltaSink sink;
  private final Runnable onFirst;
  private boolean came;
  private @Nullable Usage usage;

  /**
   * @param onFirst run once, before the first delta is passed on; must not block
   */
  FirstDelta(DeltaSink sink, Runnable onFirst) {
    this.sink = sink;
    this.onFirst = onFirst;
  }

  /** Whether something was said: from then on nothing may be asked again silently. */
  boolean came() {
    return came;
  }

  /** As far as the provider said; null: it didn't. */
  @Nullable Usage usage() {
    return usage;
  }

  private void note() {
    if (!came) {
      came = true;
      onFirst.run();
    }
  }

  @Override
  public void text(String delta) {
    note();
    sink.text(delta);
  }

  @Override
  public void reasoning(String delta) {
    note();
    sink.reasoning(delta);
  }

  @Override
  public void toolCall(ToolCall piece) {
    note();
    sink.toolCall(piece);
  }

  @Override
  public void usage(Usage soFar) {
    usage = soFar;
    sink.usage(soFar);
  }

  @Override
  public void warned(Warning warning) {
    sink.warned(warning);
  }

  @Override
  public void named(String response) {
    sink.named(response);
  }

  @Override
  public void waitedFor(Duration untilFirstDelta) {
    sink.waitedFor(untilFirstDelta);
  }

  @Override
  public CompletableFuture<Void> room() {
    return sink.room();
  }
}
