package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.model.ModelProperties.Price;
import io.streamrelay.worker.provider.DeltaSink;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Passes deltas on and adds up what all targets of a call billed, each by its own price. Not
 * thread-safe: used by one thread at a time.
 */
final class Spending implements DeltaSink {
  private final DeltaSink sink;
  private final Route.Watcher watcher;
  private @Nullable Usage before;
  private @Nullable Usage current;
  private @Nullable Price price;

  Spending(DeltaSink sink, Route.Watcher watcher) {
    this.sink = sink;
    this.watcher = watcher;
  }

  /** The next target is asked. */
  void begins(@Nullable Price itsPrice) {
    before = spent();
    current = null;
    price = itsPrice;
  }

  /** Of all targets so far; null if none said anything. */
  @Nullable Usage spent() {
    return before == null ? current : current == null ? before : before.plus(current);
  }

  @Override
  public void usage(Usage soFar) {
    Usage priced = Cost.priced(soFar, price);
    current = priced;
    watcher.spent(before == null ? priced : before.plus(priced));
  }

  @Override
  public void text(String delta) {
    sink.text(delta);
  }

  @Override
  public void reasoning(String delta) {
    sink.reasoning(delta);
  }

  @Override
  public void toolCall(ToolCall piece) {
    sink.toolCall(piece);
  }

  @Override
  public void warned(Warning warning) {
    watcher.warned(warning);
  }

  @Override
  public void named(String response) {
    watcher.named(response);
  }

  @Override
  public CompletableFuture<Void> room() {
    return sink.room();
  }
}
