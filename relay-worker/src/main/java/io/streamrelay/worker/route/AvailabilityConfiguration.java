package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.AvailabilityPush;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Has the gateways told how the routes fare. */
@Configuration(proxyBeanMethods = false)
class AvailabilityConfiguration {
  @Bean(initMethod = "start", destroyMethod = "close")
  AvailabilityNews availabilityNews(ConfiguredRoutes routes, AvailabilityPush push) {
    AvailabilityNews news = new AvailabilityNews(routes::availability, push);
    routes.onChange(news::changed);
    return news;
  }
}
