package io.streamrelay.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final Traceparent GOOD = new Traceparent("00-" + TRACE + "-" + SPAN + "-01");

  @Test
  void span_isTheOneThatWasWritten() {
    SpanContext span = GOOD.span();

    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getSpanId()).isEqualTo(SPAN);
    assertThat(span.isSampled()).isTrue();
    assertThat(span.isRemote()).isTrue();
    assertThat(new Traceparent("00-" + TRACE + "-" + SPAN + "-00").span().isSampled()).isFalse();
  }

  @Test
  void of_writesASpan() {
    assertThat(Traceparent.of(Span.wrap(GOOD.span()))).isEqualTo(GOOD);
    assertThat(Traceparent.of(Span.getInvalid())).isNull();
  }

  @Test
  void parent_isTheSpanOrNothing() {
    assertThat(Span.fromContext(Traceparent.parent(GOOD)).getSpanContext()).isEqualTo(GOOD.span());
    assertThat(Span.fromContext(Traceparent.parent(null)).getSpanContext().isValid()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd-01",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\n",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\u0661-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-g1",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01"
      })
  void read_takesNothingElse(String value) {
    assertThat(Traceparent.read(value)).isNull();
    assertThat(Traceparent.read(null)).isNull();
  }
}
