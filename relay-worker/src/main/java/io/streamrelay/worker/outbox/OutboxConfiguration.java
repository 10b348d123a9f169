package io.streamrelay.worker.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.OutboxStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Publishers for the destinations there are. */
@Configuration(proxyBeanMethods = false)
class OutboxConfiguration {
  /** Stops after the worker has drained: what its last turns came to is told too. */
  private static final int AFTER_THE_DRAIN = SmartLifecycle.DEFAULT_PHASE - 512;

  @Bean(destroyMethod = "")
  Publishers publishers(
      ObjectProvider<Destination> destinations,
      OutboxStore store,
      Time time,
      MeterRegistry registry) {
    return new Publishers(destinations.orderedStream().toList(), store, time, registry);
  }

  @Bean
  SmartLifecycle outboxPhase(Publishers publishers) {
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public void start() {
        publishers.start();
        running = true;
      }

      @Override
      public void stop() {
        running = false;
        try {
          publishers.close();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public boolean isRunning() {
        return running;
      }

      @Override
      public int getPhase() {
        return AFTER_THE_DRAIN;
      }
    };
  }
}
