package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Without a place to send traces to. */
class UntracedTest extends GatewayTest {
  @Autowired Tracer tracer;
  @Autowired ConfigurableListableBeanFactory beans;

  @Test
  void nothingIsRecordedAndNoThreadWaits() {
    Span span = tracer.spanBuilder("span").startSpan();
    span.end();

    assertThat(span.isRecording()).isFalse();
    assertThat(span.getSpanContext().isValid()).as("it has an id all the same").isTrue();
    assertThat(beans.containsBeanDefinition("otelSpanProcessor")).isTrue();
    assertThat(beans.containsSingleton("otelSpanProcessor")).as("it has a thread").isFalse();
    assertThat(beans.getBeansOfType(LogRecordProcessor.class)).isEmpty();
  }

  @Test
  void problem_saysATraceAllTheSame() {
    assertThat(json(get("/api/nothing")).get("traceId").stringValue()).matches("[0-9a-f]{32}");
  }
}
