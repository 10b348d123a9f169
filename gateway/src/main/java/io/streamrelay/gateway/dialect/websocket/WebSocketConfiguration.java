package io.streamrelay.gateway.dialect.websocket;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.gateway.follow.Beginnings;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.submit.Intake;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.time.Time;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Sockets. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebSocketProperties.class)
class WebSocketConfiguration {
  /** Bounded by the sockets: each has one message worked on. */
  @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
  ExecutorService socketExecutor() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("socket-", 0).factory());
  }

  @Bean
  OpenSockets openSockets(WebSocketProperties properties) {
    return new OpenSockets(properties);
  }

  @Bean
  Upgrades upgrades(WebSocketProperties properties) {
    return new Upgrades(properties);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  ChatSockets chatSockets(
      JsonBody json,
      Intake intake,
      Canceller canceller,
      Beginnings beginnings,
      Hub hub,
      OpenStreams places,
      Time time,
      Tracer tracer,
      MeterRegistry registry,
      @Qualifier("socketExecutor") ExecutorService socketExecutor,
      WebSocketProperties properties) {
    StreamMeters meters = new StreamMeters(registry, Dialect.WEBSOCKET);
    Requests requests =
        new Requests(json, intake, canceller, beginnings, hub, places, time, tracer, meters);
    return new ChatSockets(
        requests,
        time,
        socketExecutor,
        new Random(),
        registry,
        meters,
        properties,
        json.maxBytes());
  }
}
