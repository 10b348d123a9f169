package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.util.concurrent.CompletableFuture;

/** Has room for so many characters, until the test makes more. Thread-safe. */
public final class TightSink implements DeltaSink {
  private long allowed;
  private long taken;
  private CompletableFuture<Void> room = new CompletableFuture<>();

  public TightSink(long allowed) {
    this.allowed = allowed;
  }

  @Override
  public synchronized void text(String delta) {
    taken += delta.length();
  }

  @Override
  public void reasoning(String delta) {}

  @Override
  public void toolCall(ToolCall piece) {}

  @Override
  public synchronized CompletableFuture<Void> room() {
    return taken < allowed ? ROOM : room;
  }

  public synchronized long taken() {
    return taken;
  }

  public synchronized boolean isFull() {
    return taken >= allowed;
  }

  public synchronized void allow(long more) {
    allowed += more;
    room.complete(null);
    room = new CompletableFuture<>();
  }
}
