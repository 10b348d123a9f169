package io.streamrelay.worker.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.model.ModelConfiguration;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.UnboundProperties;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Makes the routes from the properties; a wrong one ends the start with its name. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ProviderProperties.class, RouteProperties.class})
@Import(ModelConfiguration.class)
class RouteConfiguration {
  private static final Set<String> PROVIDER =
      Set.of(
          "type",
          "base-url",
          "api-key",
          "api-key-file",
          "api-keys.*",
          "api-key-files.*",
          "max-concurrent",
          "connect-timeout",
          "first-token-timeout",
          "between-tokens-timeout",
          "max-connections",
          "max-answer");

  @Bean
  ConfiguredRoutes routes(
      Environment environment,
      ModelNames names,
      ProviderProperties providers,
      RouteProperties route,
      MeterRegistry meters) {
    UnboundProperties.check(environment, "relay.providers", PROVIDER);
    Resilience resilience = new Resilience(route, meters);
    ConfiguredProviders configured = new ConfiguredProviders(providers, resilience);
    try {
      return new ConfiguredRoutes(names, configured, resilience);
    } catch (RuntimeException e) {
      configured.close();
      throw e;
    }
  }
}
