package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.StreamEvent.Terminal;

/** Our own events, as they are. They can be gone on with after any end, so each end is proper. */
public enum NativeFormat implements SseFormat {
  INSTANCE;

  @Override
  public Dialect dialect() {
    return Dialect.SSE;
  }

  @Override
  public byte[] opening(long retryMillis) {
    return SseEncoder.retry(retryMillis);
  }

  @Override
  public byte[] blocks(Delivery delivery) {
    return delivery.in(SseEncoder.BLOCK);
  }

  @Override
  public byte[] unrun(Terminal terminal) {
    return SseEncoder.unrun(terminal);
  }

  @Override
  public byte[] ping() {
    return SseEncoder.PING;
  }

  @Override
  public byte[] retry(long millis) {
    return SseEncoder.retry(millis);
  }
}
