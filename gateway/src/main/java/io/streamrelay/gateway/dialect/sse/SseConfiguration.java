package io.streamrelay.gateway.dialect.sse;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.time.Time;
import java.util.Random;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The native dialect. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SseProperties.class)
class SseConfiguration {
  @Bean(initMethod = "start", destroyMethod = "close")
  SseStreams sseStreams(
      Hub hub, Time time, MeterRegistry meters, SseProperties properties, Tracer tracer) {
    return new SseStreams(hub, time, new Random(), meters, properties, tracer);
  }

  /** The kernel takes megabytes for a client that doesn't read, unless it is told otherwise. */
  @Bean
  WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> sendBuffer(
      SseProperties properties) {
    return factory ->
        factory.addServerCustomizers(server -> sendBuffer(server, properties.sendBuffer()));
  }

  private static void sendBuffer(Server server, int bytes) {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof ServerConnector sockets) {
        sockets.setAcceptedSendBufferSize(bytes);
      }
    }
  }
}
