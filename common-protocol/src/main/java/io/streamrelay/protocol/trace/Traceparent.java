package io.streamrelay.protocol.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * A span of another process, as W3C Trace Context writes it in version 00: 55 characters of ASCII.
 * Nothing else a process was told goes with it, no {@code tracestate} and no baggage.
 */
public record Traceparent(String value) {
  private static final int CHARS = 55;

  public Traceparent {
    if (!isOne(value)) {
      throw new IllegalArgumentException("not a traceparent of version 00");
    }
  }

  /** By hand: several are read for each turn. */
  private static boolean isOne(String value) {
    return value.length() == CHARS
        && value.startsWith("00-")
        && value.charAt(35) == '-'
        && value.charAt(52) == '-'
        && TraceId.isValid(value.substring(3, 35))
        && SpanId.isValid(value.substring(36, 52))
        && isHex(value.charAt(53))
        && isHex(value.charAt(54));
  }

  private static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }

  /** Null for anything that isn't one, since it may be anybody's: a trace is no reason to fail. */
  public static @Nullable Traceparent read(@Nullable String value) {
    try {
      return value == null ? null : new Traceparent(value);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Null where nothing is traced. */
  public static @Nullable Traceparent of(Span span) {
    SpanContext context = span.getSpanContext();
    return context.isValid()
        ? new Traceparent(
            "00-"
                + context.getTraceId()
                + "-"
                + context.getSpanId()
                + "-"
                + context.getTraceFlags().asHex())
        : null;
  }

  /** The span, as another process' one. */
  public SpanContext span() {
    return SpanContext.createFromRemoteParent(
        value.substring(3, 35),
        value.substring(36, 52),
        TraceFlags.fromHex(value, 53),
        TraceState.getDefault());
  }

  /** What a span is begun under that is to be its child; null: it begins a trace. */
  public static Context parent(@Nullable Traceparent traceparent) {
    return traceparent == null
        ? Context.root()
        : Context.root().with(Span.wrap(traceparent.span()));
  }

  @Override
  public String toString() {
    return value;
  }
}
