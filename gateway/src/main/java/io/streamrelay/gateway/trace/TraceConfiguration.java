package io.streamrelay.gateway.trace;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.streamrelay.protocol.trace.TracingConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
@Import(TracingConfiguration.class)
class TraceConfiguration {
  /** In place of Boot's own, which would say more. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  RequestSpans requestSpans(Tracer tracer, Propagator propagator) {
    return new RequestSpans(tracer, propagator);
  }
}
