package io.streamrelay.gateway.health;

import io.streamrelay.gateway.drain.StreamDrain;
import io.streamrelay.protocol.health.Progress;
import io.streamrelay.protocol.health.Readiness;
import io.streamrelay.protocol.health.StartCheck;
import io.streamrelay.protocol.metric.MetricConfiguration;
import io.streamrelay.protocol.trace.TracingConfiguration;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

@Configuration(proxyBeanMethods = false)
@Import({MetricConfiguration.class, TracingConfiguration.class})
class HealthConfiguration {
  private static final int AFTER_CALLER = 20;

  @Bean(initMethod = "start", destroyMethod = "close")
  Readiness readiness(ObjectProvider<StartCheck> checks) {
    return new Readiness(checks.orderedStream().toList());
  }

  /** In the readiness group as {@code stores}. */
  @Bean
  HealthIndicator storesHealthIndicator(Readiness readiness, StreamDrain drain) {
    return () ->
        readiness.ready() && !drain.draining()
            ? Health.up().build()
            : Health.outOfService().build();
  }

  /** In the liveness group as {@code progress}. */
  @Bean
  HealthIndicator progressHealthIndicator(ObjectProvider<Progress> progress) {
    List<Progress> all = progress.orderedStream().toList();
    return () ->
        all.stream().anyMatch(Progress::stuck) ? Health.down().build() : Health.up().build();
  }

  @Bean
  FilterRegistrationBean<DrainFilter> drainFilter(StreamDrain drain) {
    var registration = new FilterRegistrationBean<>(new DrainFilter(drain));
    registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + AFTER_CALLER);
    return registration;
  }
}
