package io.streamrelay.worker.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.UnboundProperties;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Makes the routes from the properties; a wrong one ends the start with its name. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  ModelProperties.class,
  ProviderProperties.class,
  RouteProperties.class
})
class RouteConfiguration {
  private static final Set<String> PROVIDER =
      Set.of(
          "type",
          "base-url",
          "api-key",
          "api-key-file",
          "connect-timeout",
          "first-token-timeout",
          "between-tokens-timeout",
          "max-connections",
          "max-answer");

  @Bean
  ConfiguredRoutes routes(
      Environment environment,
      ModelProperties models,
      ProviderProperties providers,
      RouteProperties route,
      MeterRegistry meters) {
    UnboundProperties.checkModels(environment);
    UnboundProperties.check(environment, "relay.providers", PROVIDER);
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
