package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.model.ModelProperties.Price;
import io.streamrelay.worker.provider.DeltaSink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Passes deltas on and adds up what all targets of a call billed, each by its own price; counts it
 * once a target is done with. Not thread-safe: used by one thread at a time.
 */
final class Spending implements DeltaSink {
  private final DeltaSink sink;
  private final Route.Watcher watcher;
  private final RouteMeters meters;
  private final String model;
  private String provider = "";
  private @Nullable Usage before;
  private @Nullable Usage current;
  private @Nullable Price price;

  /**
   * @param model the public name that was asked for
   */
  Spending(DeltaSink sink, Route.Watcher watcher, RouteMeters meters, String model) {
    this.sink = sink;
    this.watcher = watcher;
    this.meters = meters;
    this.model = model;
  }

  /** The next target is asked. */
  void begins(String itsProvider, @Nullable Price itsPrice) {
    settle();
    provider = itsProvider;
    price = itsPrice;
  }

  /** Nobody is asked any more: the last one's bill is counted, too. */
  void settle() {
    if (current != null) {
      meters.spent(provider, model, current);
    }
    before = spent();
    current = null;
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
  public void waitedFor(Duration untilFirstDelta) {
    watcher.waitedFor(untilFirstDelta);
  }

  @Override
  public CompletableFuture<Void> room() {
    return sink.room();
  }
}
