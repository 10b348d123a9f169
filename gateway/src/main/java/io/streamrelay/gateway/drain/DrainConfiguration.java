package io.streamrelay.gateway.drain;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.dialect.websocket.ChatSockets;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.time.Time;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Draining. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DrainProperties.class)
class DrainConfiguration {
  @Bean
  StreamDrain streamDrain(
      ApplicationContext application,
      SseStreams streams,
      ChatSockets sockets,
      Hub hub,
      Time time,
      DrainProperties properties) {
    return new StreamDrain(application, streams, sockets, hub, time, properties);
  }

  @Bean
  MeterBinder drainMeter(StreamDrain drain) {
    return registry ->
        Gauge.builder("relay.draining", () -> drain.draining() ? 1 : 0)
            .description("1 while this process leaves, or has left, its work")
            .register(registry);
  }
}
