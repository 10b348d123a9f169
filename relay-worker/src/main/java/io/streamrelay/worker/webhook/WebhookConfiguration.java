package io.streamrelay.worker.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the webhooks from the properties; a wrong one ends the start with its name. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {
  @Bean
  Webhooks webhooks(WebhookProperties properties, MeterRegistry meters) {
    return new Webhooks(properties, meters);
  }

  /** In the liveness group: without its one reading thread nothing is delivered. */
  @Bean
  HealthIndicator webhooksHealthIndicator(Webhooks webhooks) {
    return () -> webhooks.isAlive() ? Health.up().build() : Health.down().build();
  }
}
