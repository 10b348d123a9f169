package io.streamrelay.gateway.dialect;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.protocol.health.Progress;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The hub that all dialects read from. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({TailProperties.class, StreamProperties.class})
class TailConfiguration {
  private static final Duration STUCK = Duration.ofSeconds(30);

  /** Where the hub asks the stores. Its queue is bounded by the readers: each asks one thing. */
  @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
  ExecutorService tailExecutor(TailProperties properties) {
    return Executors.newFixedThreadPool(
        properties.threads(), Thread.ofPlatform().daemon().name("tail-", 0).factory());
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  Hub hub(
      SessionStream streams,
      PushSubscriber pushes,
      TurnReader turns,
      Time time,
      @Qualifier("tailExecutor") ExecutorService tailExecutor,
      TailProperties properties) {
    return new Hub(streams, pushes, turns, time, tailExecutor, new Random(), properties.bounds());
  }

  @Bean
  OpenStreams openStreams(StreamProperties bounds) {
    return new OpenStreams(bounds);
  }

  @Bean
  WholeTurns wholeTurns(
      Hub hub,
      TurnReader turns,
      Time time,
      @Qualifier("applicationTaskExecutor") Executor applicationTaskExecutor) {
    return new WholeTurns(hub, turns, time, applicationTaskExecutor);
  }

  /** In the liveness group. */
  @Bean
  Progress hubProgress(Hub hub, TailProperties properties) {
    return new Progress("hub", hub::sinceProgress, properties.tick().plus(STUCK));
  }

  @Bean
  MeterBinder tailMeters(Hub hub, StreamProperties bounds) {
    return registry -> {
      Gauge.builder("relay.streams.limit", bounds::perGateway)
          .description("Streams that this gateway may have open")
          .register(registry);
      Gauge.builder("relay.tail.sessions", hub::sessions)
          .description("Sessions that this gateway is subscribed to")
          .register(registry);
      reads(hub, "redis", Hub::streamReads).register(registry);
      reads(hub, "postgres", Hub::turnReads).register(registry);
    };
  }

  private static FunctionCounter.Builder<Hub> reads(
      Hub hub, String store, ToDoubleFunction<Hub> count) {
    return FunctionCounter.builder("relay.tail.reads", hub, count)
        .description(
            "Reads for readers that pushes weren't enough for: at their beginning, in a gap")
        .tag("store", store);
  }
}
