package io.streamrelay.protocol.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent}, alone. {@code tracestate} and baggage are free text of whoever
 * asks: they would be recorded with every span. Thread-safe.
 */
final class TraceparentPropagator implements TextMapPropagator {
  private static final String HEADER = "traceparent";

  @Override
  public List<String> fields() {
    return List.of(HEADER);
  }

  @Override
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    Traceparent current = Traceparent.of(Span.fromContext(context));
    if (current != null) {
      setter.set(carrier, HEADER, current.value());
    }
  }

  @Override
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    Traceparent given = Traceparent.read(getter.get(carrier, HEADER));
    return given == null ? context : context.with(Span.wrap(given.span()));
  }
}
