package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.AvailabilityPush;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Has the gateways told how the routes fare. */
@Configuration(proxyBeanMethods = false)
class AvailabilityConfiguration {
  /**
   * Says that it leaves when the drain begins; beans are closed when Redis can't be told any more.
   */
  @Bean
  SmartLifecycle availabilityPhase(ConfiguredRoutes routes, AvailabilityPush push) {
    AvailabilityNews news = new AvailabilityNews(routes::news, push);
    routes.onChange(news::changed);
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public void start() {
        news.start();
        running = true;
      }

      @Override
      public void stop() {
        news.close();
        running = false;
      }

      @Override
      public boolean isRunning() {
        return running;
      }
    };
  }
}
