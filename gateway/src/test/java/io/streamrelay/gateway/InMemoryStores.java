package io.streamrelay.gateway;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.health.StartCheck;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.key.InMemoryKeys;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.model.InMemoryAvailabilityPush;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.token.InMemoryStreamTokens;
import io.streamrelay.protocol.token.StreamTokens;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.TurnOverview;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.protocol.worker.InMemoryWorkerPush;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** The stores of a gateway under test, each with a switch that takes it away. */
@TestConfiguration(proxyBeanMethods = false)
class InMemoryStores {
  /**
   * What a test reaches behind the gateway's back.
   *
   * @param interrupted turns whose workers were told
   * @param held who holds which job
   * @param workers tells of workers, and hears their orders
   * @param worker claims and answers by the same ports a relay worker has
   */
  record Backstage(
      InMemoryTurns turns,
      InMemorySessionStreams streams,
      ScriptedWorker worker,
      Queue<TurnId> interrupted,
      InMemoryKeys keys,
      Map<JobId, HeldJobs.Hold> held,
      InMemoryWorkerPush workers,
      InMemoryStreamTokens tokens,
      StoreSwitch postgres,
      StoreSwitch redis) {}

  @Bean
  Backstage backstage() {
    InMemoryTurns turns = new InMemoryTurns(System::currentTimeMillis);
    InMemorySessionStreams streams =
        new InMemorySessionStreams(System::currentTimeMillis, Duration.ofHours(1));
    InMemoryJobStreams jobs = new InMemoryJobStreams(System::currentTimeMillis);
    ScriptedWorker worker =
        new ScriptedWorker(new InMemoryJobQueue(jobs, "worker"), turns, streams, jobs);
    return new Backstage(
        turns,
        streams,
        worker,
        new ConcurrentLinkedQueue<>(),
        new InMemoryKeys(System::currentTimeMillis),
        new ConcurrentHashMap<>(),
        new InMemoryWorkerPush(),
        new InMemoryStreamTokens(),
        new StoreSwitch(),
        new StoreSwitch());
  }

  @Bean
  TurnStore turnStore(Backstage backstage) {
    return backstage.postgres().before(TurnStore.class, backstage.turns());
  }

  @Bean
  TurnReader turnReader(Backstage backstage) {
    return backstage.postgres().before(TurnReader.class, backstage.turns());
  }

  @Bean
  SessionStore sessionStore(Backstage backstage) {
    return backstage.postgres().before(SessionStore.class, backstage.turns());
  }

  @Bean
  KeyStore keyStore(Backstage backstage) {
    return backstage.postgres().before(KeyStore.class, backstage.keys());
  }

  @Bean
  StreamTokens streamTokens(Backstage backstage) {
    return backstage.redis().before(StreamTokens.class, backstage.tokens());
  }

  @Bean
  SessionStream sessionStream(Backstage backstage) {
    return backstage.redis().before(SessionStream.class, backstage.streams());
  }

  @Bean
  PushSubscriber pushSubscriber(Backstage backstage) {
    return new StoreSwitch().before(PushSubscriber.class, backstage.streams());
  }

  @Bean
  JobQueue jobQueue(Backstage backstage) {
    return backstage.redis().before(JobQueue.class, backstage.worker().gatewaysQueue());
  }

  @Bean
  TurnOverview turnOverview(Backstage backstage) {
    return backstage.postgres().before(TurnOverview.class, backstage.turns());
  }

  @Bean
  HeldJobs heldJobs(Backstage backstage) {
    HeldJobs held =
        new HeldJobs() {
          @Override
          public Hold hold(JobId job) {
            return backstage.held().get(job);
          }

          @Override
          public Map<JobId, Hold> idle(Duration idle, int atMost) {
            Map<JobId, Hold> late = new HashMap<>(backstage.held());
            late.values().removeIf(hold -> hold.idle().compareTo(idle) < 0);
            return late;
          }
        };
    return backstage.redis().before(HeldJobs.class, held);
  }

  @Bean
  InMemoryWorkerPush workerPush(Backstage backstage) {
    return backstage.workers();
  }

  @Bean
  ControlPush controlPush(Backstage backstage) {
    return new ControlPush() {
      @Override
      public void interrupt(String worker, TurnId turn) {
        backstage.interrupted().add(turn);
      }

      @Override
      public void subscribe(String worker, Consumer<TurnId> listener) {
        throw new UnsupportedOperationException("workers only");
      }
    };
  }

  @Bean
  InMemoryAvailabilityPush availabilityPush() {
    return new InMemoryAvailabilityPush();
  }

  @Bean
  StartCheck postgresCheck(Backstage backstage) {
    return new StartCheck("PostgreSQL", () -> backstage.postgres().away() ? "is away" : null);
  }

  @Bean
  StartCheck redisCheck(Backstage backstage) {
    return new StartCheck("Redis", () -> backstage.redis().away() ? "is away" : null);
  }
}
