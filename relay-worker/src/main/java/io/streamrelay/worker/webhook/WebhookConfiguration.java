package io.streamrelay.worker.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.turn.Destinations;
import io.streamrelay.worker.outbox.Destination;
import java.util.Map;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Makes the webhooks from the properties; a wrong one ends the start with its name. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
@Import(WebhookConfiguration.Each.class)
class WebhookConfiguration {
  /** A destination for each of them: how many there are, only the properties know. */
  static final class Each implements BeanRegistrar {
    private static final Bindable<Map<String, Object>> KEYS =
        Bindable.mapOf(String.class, Object.class);

    @Override
    public void register(BeanRegistry registry, Environment environment) {
      Map<String, Object> webhooks =
          Binder.get(environment).bind("relay.webhooks", KEYS).orElse(Map.of());
      for (String key : webhooks.keySet()) {
        registry.registerBean(
            Destinations.webhook(key),
            Destination.class,
            each -> each.supplier(beans -> beans.bean(Webhooks.class).destination(key)));
      }
    }
  }

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
