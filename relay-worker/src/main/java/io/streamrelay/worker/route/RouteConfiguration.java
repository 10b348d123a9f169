package io.streamrelay.worker.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.model.ModelConfiguration;
import io.streamrelay.protocol.model.ModelNames;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Makes the routes from the properties; a wrong one ends the start with its name. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ProviderProperties.class, RouteProperties.class})
@Import(ModelConfiguration.class)
class RouteConfiguration {
  @Bean
  ConfiguredRoutes routes(
      ModelNames names,
      ProviderProperties providers,
      RouteProperties route,
      MeterRegistry meters,
      Tracer tracer) {
    RouteLabels labels = RouteLabels.of(names, providers.providers().keySet());
    Resilience resilience = new Resilience(route, new RouteMeters(meters, labels));
    ConfiguredProviders configured = new ConfiguredProviders(providers, resilience, tracer);
    try {
      return new ConfiguredRoutes(names, configured, resilience);
    } catch (RuntimeException e) {
      configured.close();
      throw e;
    }
  }

  /**
   * In the liveness group as {@code providers}: without its one reading thread no call is answered.
   */
  @Bean
  HealthIndicator providersHealthIndicator(ConfiguredRoutes routes) {
    return () -> routes.isAlive() ? Health.up().build() : Health.down().build();
  }
}
