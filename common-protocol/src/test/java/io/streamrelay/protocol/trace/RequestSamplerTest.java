package io.streamrelay.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;

class RequestSamplerTest {
  private static final Traceparent RECORDED =
      new Traceparent("00-0af7651916cd43dd0000000000000001-b7ad6b7169203331-01");
  private static final Traceparent NOT_RECORDED =
      new Traceparent("00-0af7651916cd43dd0000000000000001-b7ad6b7169203331-00");

  private static boolean recorded(double probability, SpanKind kind, Context parent) {
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().setSampler(new RequestSampler(probability)).build()) {
      Tracer tracer = provider.get("test");
      Span span = tracer.spanBuilder("span").setSpanKind(kind).setParent(parent).startSpan();
      span.end();
      return span.getSpanContext().isSampled();
    }
  }

  @Test
  void aTraceThatBeginsHereIsDrawn() {
    assertThat(recorded(1, SpanKind.SERVER, Context.root())).isTrue();
    assertThat(recorded(0, SpanKind.SERVER, Context.root())).isFalse();
    assertThat(recorded(1, SpanKind.CONSUMER, Context.root())).isTrue();
    assertThat(recorded(0, SpanKind.CONSUMER, Context.root())).isFalse();
  }

  @Test
  void aCallersTraceIsDrawnTooWhateverItsId() {
    assertThat(recorded(1, SpanKind.SERVER, Traceparent.parent(RECORDED))).isTrue();
    assertThat(recorded(0, SpanKind.SERVER, Traceparent.parent(RECORDED))).isFalse();
  }

  @Test
  void whatACallerDoesNotRecordIsNotRecordedHere() {
    assertThat(recorded(1, SpanKind.SERVER, Traceparent.parent(NOT_RECORDED))).isFalse();
  }

  @Test
  void ourOwnSpansFollowTheirParent() {
    assertThat(recorded(0, SpanKind.CONSUMER, Traceparent.parent(RECORDED))).isTrue();
    assertThat(recorded(1, SpanKind.CONSUMER, Traceparent.parent(NOT_RECORDED))).isFalse();
  }

  @Test
  void aHalfIsAboutAHalf() {
    int recorded = 0;
    for (int i = 0; i < 1000; i++) {
      recorded += recorded(0.5, SpanKind.SERVER, Traceparent.parent(RECORDED)) ? 1 : 0;
    }

    assertThat(recorded).isBetween(350, 650);
  }
}
