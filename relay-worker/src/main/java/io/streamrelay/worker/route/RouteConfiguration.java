package io.streamrelay.worker.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the routes from the properties; a wrong one ends the start with its name. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  ModelProperties.class,
  ProviderProperties.class,
  RouteProperties.class
})
class RouteConfiguration {
  @Bean
  ConfiguredRoutes routes(
      ModelProperties models,
      ProviderProperties providers,
      RouteProperties route,
      MeterRegistry meters) {
    ModelNames names = ModelNames.of(models);
    ConfiguredProviders configured = new ConfiguredProviders(providers);
    try {
      return new ConfiguredRoutes(names, configured, new Resilience(route, meters));
    } catch (RuntimeException e) {
      configured.close();
      throw e;
    }
  }
}
