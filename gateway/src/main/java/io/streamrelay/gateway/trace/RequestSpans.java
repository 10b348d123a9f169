package io.streamrelay.gateway.trace;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;

/**
 * A request as a span, by route and status. Not its address, which holds the caller's own names of
 * sessions, and no exception: its message may hold what was sent. Thread-safe.
 */
final class RequestSpans extends PropagatingReceiverTracingObservationHandler<ReceiverContext<?>> {
  RequestSpans(Tracer tracer, Propagator propagator) {
    super(tracer, propagator);
  }

  @Override
  public void onError(ReceiverContext<?> context) {}

  @Override
  public void tagSpan(ReceiverContext<?> context, Span span) {
    for (KeyValue told : context.getLowCardinalityKeyValues()) {
      switch (told.getKey()) {
        case "method" -> span.tag("http.request.method", told.getValue());
        case "uri" -> span.tag("http.route", told.getValue());
        case "status" -> status(told.getValue(), span);
        default -> {}
      }
    }
  }

  /** No number where the client went before there was one. */
  private static void status(String status, Span span) {
    if (status.matches("[1-5][0-9]{2}")) {
      span.tag("http.response.status_code", Long.parseLong(status));
    }
  }
}
