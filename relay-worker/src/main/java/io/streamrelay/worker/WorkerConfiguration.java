package io.streamrelay.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.health.StoreWatchConfiguration;
import io.streamrelay.protocol.job.JobFigures;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.metric.MetricConfiguration;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisFigures;
import io.streamrelay.protocol.redis.RedisJobQueue;
import io.streamrelay.protocol.redis.RedisProtocolConfiguration;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.trace.TracingConfiguration;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.RetentionStore;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.TurnConfiguration;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.attempt.AttemptMeters;
import io.streamrelay.worker.attempt.AttemptRunner;
import io.streamrelay.worker.attempt.Finishing;
import io.streamrelay.worker.attempt.Generating;
import io.streamrelay.worker.attempt.LiveAttempts;
import io.streamrelay.worker.chunk.ChunkProperties;
import io.streamrelay.worker.claim.ClaimGate;
import io.streamrelay.worker.claim.ClaimLoop;
import io.streamrelay.worker.claim.DeadLetterMeters;
import io.streamrelay.worker.claim.Heartbeat;
import io.streamrelay.worker.claim.WorkerName;
import io.streamrelay.worker.claim.WorkerProperties;
import io.streamrelay.worker.retention.Retention;
import io.streamrelay.worker.retention.RetentionProperties;
import io.streamrelay.worker.route.Routes;
import io.streamrelay.worker.sweep.StoreMeters;
import io.streamrelay.worker.sweep.Sweeper;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** How the parts of a worker meet. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  WorkerProperties.class,
  ChunkProperties.class,
  RetentionProperties.class
})
@Import({
  RedisProtocolConfiguration.class,
  TurnConfiguration.class,
  StoreWatchConfiguration.class,
  MetricConfiguration.class,
  TracingConfiguration.class
})
class WorkerConfiguration {
  @Bean
  WorkerName workerName(WorkerProperties properties) {
    String name = properties.name();
    return new WorkerName(name != null ? name : "worker-" + UUID.randomUUID());
  }

  @Bean
  SystemTime time() {
    return new SystemTime();
  }

  /** A virtual thread for each attempt, and for each call that may block on behalf of one. */
  @Bean(destroyMethod = "shutdownNow")
  ExecutorService attempts() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("attempt-", 0).factory());
  }

  @Bean
  DeadLetterMeters deadLetterMeters(MeterRegistry registry) {
    return new DeadLetterMeters(registry);
  }

  @Bean
  RedisJobQueue jobQueue(
      RedisConnections connections, WorkerName name, DeadLetterMeters deadLetters) {
    return new RedisJobQueue(connections, name.value(), deadLetters::buried);
  }

  @Bean
  LiveAttempts liveAttempts() {
    return new LiveAttempts();
  }

  @Bean
  Completion completion(TurnStore turns, SessionStream streams) {
    return new Completion(turns, streams);
  }

  @Bean
  Announcement announcement(
      Completion completion, SessionStream streams, JobQueue jobs, Tracer tracer) {
    return new Announcement(completion, streams, jobs, tracer);
  }

  @Bean
  AttemptMeters attemptMeters(MeterRegistry registry, ModelNames names) {
    return new AttemptMeters(registry, ModelLabels.of(names));
  }

  @Bean
  ClaimGate claimGate(Time time, JobQueue jobs) {
    return new ClaimGate(time, jobs::isFull);
  }

  @Bean
  Generating generating(
      SessionStream streams,
      SessionAppender appender,
      TurnStore turns,
      Routes routes,
      Time time,
      @Qualifier("attempts") ExecutorService attempts,
      ChunkProperties chunks,
      ClaimGate gate) {
    return new Generating(
        streams, appender, turns, routes, time, attempts, chunks, gate::storeFull);
  }

  @Bean
  AttemptRunner attemptRunner(
      WorkerName name,
      TurnStore turns,
      JobQueue jobs,
      Generating generating,
      Completion completion,
      Announcement announcement,
      LiveAttempts live,
      ClaimGate gate,
      AttemptMeters meters,
      Time time,
      Tracer tracer) {
    return new AttemptRunner(
        name.value(),
        turns,
        jobs,
        generating,
        new Finishing(turns, jobs, completion, announcement, time, meters),
        live,
        gate,
        meters,
        time,
        () -> UUID.randomUUID().toString(),
        tracer);
  }

  @Bean
  ClaimLoop claimLoop(
      JobQueue jobs,
      AttemptRunner runner,
      @Qualifier("attempts") ExecutorService attempts,
      ClaimGate gate,
      Time time,
      WorkerProperties properties) {
    return new ClaimLoop(
        jobs,
        runner,
        attempts,
        gate,
        time,
        properties,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  @Bean
  Heartbeat heartbeat(
      JobQueue jobs,
      SessionStream streams,
      TurnStore turns,
      LiveAttempts live,
      Time time,
      WorkerProperties properties,
      ControlPush control,
      WorkerName name,
      @Qualifier("attempts") ExecutorService attempts) {
    Heartbeat heartbeat = new Heartbeat(jobs, streams, turns, live, time, properties);
    control.subscribe(name.value(), turn -> attempts.execute(() -> heartbeat.check(turn)));
    return heartbeat;
  }

  @Bean
  Sweeper sweeper(
      SweepStore store,
      TurnStore turns,
      JobQueue jobs,
      SessionStream streams,
      Completion completion,
      Announcement announcement,
      AttemptMeters meters,
      StoreMeters figures,
      MeterRegistry registry) {
    return new Sweeper(
        store, turns, jobs, streams, completion, announcement, meters, figures, registry);
  }

  @Bean
  StoreMeters storeMeters(
      JobFigures jobs,
      SweepStore store,
      RedisConnections connections,
      MeterRegistry registry,
      Time time,
      WorkerProperties properties) {
    return new StoreMeters(
        jobs, store, () -> RedisFigures.of(connections), registry, time, properties.sweepEvery());
  }

  @Bean
  Retention retention(
      RetentionStore store,
      SessionStream streams,
      Time time,
      RetentionProperties properties,
      MeterRegistry registry) {
    return new Retention(store, streams, time, properties, registry);
  }
}
