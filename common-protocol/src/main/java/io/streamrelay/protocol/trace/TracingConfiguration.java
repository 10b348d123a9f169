package io.streamrelay.protocol.trace;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.micrometer.tracing.autoconfigure.TracingProperties;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanProcessors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is different from Spring Boot's own tracing, the same for both tiers: without a place to
 * send them to, nothing is recorded and no thread waits to send it. Traces have their ids all the
 * same, for log lines and problems.
 */
@Configuration(proxyBeanMethods = false)
public class TracingConfiguration {
  private static final String BOOTS_PROCESSOR = "otelSpanProcessor";

  @Bean
  Tracer tracer(OpenTelemetry openTelemetry) {
    return openTelemetry.getTracer("io.streamrelay");
  }

  @Bean
  SpanContext exemplarSpan() {
    return new ExemplarSpan();
  }

  @Bean
  Sampler sampler(TracingProperties properties, ObjectProvider<SpanExporter> exporters) {
    return isExported(exporters)
        ? new RequestSampler(properties.getSampling().getProbability())
        : Sampler.alwaysOff();
  }

  @Bean
  SpanProcessors spanProcessors(
      ObjectProvider<SpanExporter> exporters, ObjectProvider<SpanProcessor> processors) {
    return SpanProcessors.of(
        isExported(exporters) ? processors.orderedStream().toList() : List.of());
  }

  private static boolean isExported(ObjectProvider<SpanExporter> exporters) {
    return exporters.stream().findAny().isPresent();
  }

  /** Boot's processor has a thread: it is made once somebody asks for it, see above. */
  @Bean
  static BeanFactoryPostProcessor noIdleProcessor() {
    return factory -> {
      if (factory.containsBeanDefinition(BOOTS_PROCESSOR)) {
        factory.getBeanDefinition(BOOTS_PROCESSOR).setLazyInit(true);
      }
    };
  }

  /**
   * Whatever is observed is no span, also where a property switches observations on: it would say
   * all that it knows.
   */
  @Bean
  DefaultTracingObservationHandler noOtherSpans(io.micrometer.tracing.Tracer tracer) {
    return new DefaultTracingObservationHandler(tracer) {
      @Override
      public boolean supportsContext(Observation.Context context) {
        return false;
      }
    };
  }
}
