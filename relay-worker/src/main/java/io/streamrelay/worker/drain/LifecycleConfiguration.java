package io.streamrelay.worker.drain;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.streamrelay.protocol.health.Progress;
import io.streamrelay.protocol.health.Readiness;
import io.streamrelay.protocol.health.StartCheck;
import io.streamrelay.protocol.redis.RedisRequirements;
import io.streamrelay.protocol.redis.RedisSessionAppender;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.worker.WorkerPush;
import io.streamrelay.worker.attempt.LiveAttempts;
import io.streamrelay.worker.claim.ClaimLoop;
import io.streamrelay.worker.claim.Heartbeat;
import io.streamrelay.worker.claim.WorkerName;
import io.streamrelay.worker.claim.WorkerProperties;
import io.streamrelay.worker.retention.Retention;
import io.streamrelay.worker.sweep.Sweeper;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The worker's life as Spring's, and what its management port says of it. */
@Configuration(proxyBeanMethods = false)
class LifecycleConfiguration {
  private static final Duration STUCK = Duration.ofSeconds(30);

  @Bean(initMethod = "start", destroyMethod = "close")
  Readiness readiness(Migrations migrations, RedisRequirements redis) {
    return new Readiness(
        List.of(
            new StartCheck("PostgreSQL", () -> missing(migrations.state())),
            new StartCheck("Redis", () -> missing(redis.check()))));
  }

  private static @Nullable String missing(Migrations.State state) {
    return state instanceof Migrations.State.Pending(String why) ? why : null;
  }

  private static @Nullable String missing(RedisRequirements.Verdict verdict) {
    return verdict instanceof RedisRequirements.Verdict.NotMet(String why) ? why : null;
  }

  @Bean
  WorkerLifecycle workerLifecycle(
      ClaimLoop claims,
      Heartbeat heartbeat,
      Sweeper sweeper,
      Retention retention,
      LiveAttempts live,
      WorkerProperties properties,
      Readiness readiness) {
    return new WorkerLifecycle(
        claims, heartbeat, sweeper, retention, live, properties, readiness::ready);
  }

  @Bean
  MeterBinder workerMeters(WorkerLifecycle worker, WorkerProperties properties, LiveAttempts live) {
    return registry -> {
      Gauge.builder("relay.draining", () -> worker.isDraining() ? 1 : 0)
          .description("1 while this process leaves, or has left, its work")
          .register(registry);
      Gauge.builder("relay.slots", properties::slots)
          .description("Attempts that this worker may run at once")
          .register(registry);
      Gauge.builder("relay.slots.busy", live::size)
          .description("Attempts that this worker runs")
          .register(registry);
    };
  }

  /** Stops before the web server, so that the management port answers while the worker drains. */
  @Bean
  SmartLifecycle workerPhase(WorkerLifecycle worker, WorkerReports reports) {
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public void start() {
        worker.start();
        reports.start();
        running = true;
      }

      @Override
      public void stop() {
        worker.stop();
        reports.close();
        running = false;
      }

      @Override
      public boolean isRunning() {
        return running;
      }
    };
  }

  /**
   * Begins and ends with the worker's phase: beans are closed when Redis can't be asked any more.
   */
  @Bean(destroyMethod = "")
  WorkerReports workerReports(
      WorkerName name,
      WorkerProperties properties,
      LiveAttempts live,
      WorkerLifecycle worker,
      WorkerPush push) {
    return new WorkerReports(name.value(), properties.slots(), live, worker, push);
  }

  /** In the readiness group as {@code stores}. */
  @Bean
  HealthIndicator storesHealthIndicator(Readiness readiness, WorkerLifecycle worker) {
    return () ->
        readiness.ready() && !worker.isDraining()
            ? Health.up().build()
            : Health.outOfService().build();
  }

  /** In the liveness group as {@code progress}. */
  @Bean
  HealthIndicator progressHealthIndicator(
      ClaimLoop claims,
      Heartbeat heartbeat,
      RedisSessionAppender appender,
      Readiness readiness,
      WorkerLifecycle worker,
      Time time) {
    List<Progress> signs =
        List.of(
            new Progress("heartbeat", () -> since(time, heartbeat.lastBeatNanos()), STUCK),
            new Progress("flushers", appender::sinceProgress, STUCK));
    Progress claiming = new Progress("claims", () -> since(time, claims.lastTurnNanos()), STUCK);
    return () -> {
      boolean stuck = readiness.ready() && !worker.isDraining() && claiming.stuck();
      return stuck || signs.stream().anyMatch(Progress::stuck)
          ? Health.down().build()
          : Health.up().build();
    };
  }

  private static Duration since(Time time, long nanos) {
    return Duration.ofNanos(time.nanos() - nanos);
  }
}
