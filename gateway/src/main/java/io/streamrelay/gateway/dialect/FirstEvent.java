package io.streamrelay.gateway.dialect;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.trace.Traceparent;

/**
 * A reader's wait for its first event, measured and as a span: from its request until the socket
 * took the event. It is one of the turn's trace where that is known, linked to the request; else of
 * the request's own. Thread-safe; only the first end counts.
 */
public final class FirstEvent {
  private static final AttributeKey<String> CLOSED = AttributeKey.stringKey("relay.close.reason");

  private final Span span;
  private final StreamMeters meters;
  private final long requestedNanos;

  private FirstEvent(Span span, StreamMeters meters, long requestedNanos) {
    this.span = span;
    this.meters = meters;
    this.requestedNanos = requestedNanos;
  }

  /**
   * On the request's thread.
   *
   * @param requestedNanos of {@link io.streamrelay.protocol.time.Time#nanos}: when the request
   *     arrived
   */
  public static FirstEvent awaited(
      Tracer tracer, Attachment attachment, StreamMeters meters, long requestedNanos) {
    SpanBuilder span = tracer.spanBuilder("first event");
    Traceparent turn = attachment.traceparent();
    Context request = Context.current();
    span.setParent(turn == null ? request : Traceparent.parent(turn));
    SpanContext asked = Span.fromContext(request).getSpanContext();
    if (turn != null && asked.isValid()) {
      span.addLink(asked);
    }
    if (attachment.turn() != null) {
      span.setAttribute(TraceKeys.TURN, attachment.turn().toString());
    }
    return new FirstEvent(span.startSpan(), meters, requestedNanos);
  }

  /** The socket took it, at {@code nanos} of the same clock. */
  public void came(long nanos) {
    try (Scope current = span.makeCurrent()) {
      meters.firstEvent(nanos - requestedNanos);
    }
    span.end();
  }

  /** The connection ends, without it unless it came. */
  public void closed(CloseReason reason) {
    span.setAttribute(CLOSED, reason.wire());
    span.end();
  }
}
