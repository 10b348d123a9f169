package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;

/** Does something with each text before it takes it. */
record SlowSink(Before before) implements DeltaSink {
  interface Before {
    void run() throws InterruptedException;
  }

  @Override
  public void text(String delta) throws InterruptedException {
    before.run();
  }

  @Override
  public void reasoning(String delta) {}

  @Override
  public void toolCall(ToolCall piece) {}
}
