package io.streamrelay.simulation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.streamrelay.protocol.job.JobFigures;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.attempt.Attempt;
import io.streamrelay.worker.attempt.AttemptMeters;
import io.streamrelay.worker.attempt.AttemptRunner;
import io.streamrelay.worker.attempt.Finishing;
import io.streamrelay.worker.attempt.Generating;
import io.streamrelay.worker.attempt.LiveAttempts;
import io.streamrelay.worker.attempt.StopReason;
import io.streamrelay.worker.chunk.ChunkProperties;
import io.streamrelay.worker.claim.ClaimGate;
import io.streamrelay.worker.claim.ClaimLoop;
import io.streamrelay.worker.claim.Heartbeat;
import io.streamrelay.worker.claim.WorkerProperties;
import io.streamrelay.worker.retention.Retention;
import io.streamrelay.worker.retention.RetentionProperties;
import io.streamrelay.worker.sweep.StoreMeters;
import io.streamrelay.worker.sweep.Sweeper;
import java.time.Duration;
import java.util.Map;

/**
 * One relay worker: the classes that ship, put together as the application does, on simulated
 * stores.
 */
final class Worker {
  private static final ChunkProperties CHUNKS =
      new ChunkProperties(
          Duration.ofMillis(25), Duration.ofMillis(250), 2048, 262_144, 1_048_576, 20_000, 256);

  private static final RetentionProperties RETENTION =
      new RetentionProperties(null, Duration.ofMinutes(10), Duration.ofSeconds(2), 2);

  /** Nobody looks at figures here. */
  private static final JobFigures NO_FIGURES =
      new JobFigures() {
        @Override
        public Map<Lane, OfLane> lanes(Duration late) {
          return Map.of();
        }

        @Override
        public long deadLetters() {
          return 0;
        }
      };

  private final WorkerProperties properties;
  private final World world;
  private final Host host;
  private final HostTime time;
  private final LiveAttempts live = new LiveAttempts();
  private final ClaimLoop claims;
  private final Heartbeat heartbeat;
  private final Sweeper sweeper;
  private final Retention retention;
  private boolean draining;
  private int tokens;

  Worker(World world, String name, SimulatedRedis redis, SimulatedPostgres postgres, Model model) {
    this.world = world;
    this.properties = properties(world.chance.between(Duration.ZERO, Duration.ofSeconds(5)));
    this.host = new Host(world.scheduler, name);
    this.time = new HostTime(world.scheduler, host);
    TurnStore turns = postgres.store(host);
    JobQueue jobs = redis.jobs(host, name);
    SessionStream streams = redis.stream(host);
    Completion completion = new Completion(turns, streams);
    MeterRegistry registry = new SimpleMeterRegistry();
    AttemptMeters meters = new AttemptMeters(registry, ModelLabels.NONE);
    ClaimGate gate = new ClaimGate(time, jobs::isFull);
    Generating generating =
        new Generating(
            streams,
            redis.appender(host),
            turns,
            model.seenBy(host),
            time,
            host.executor("blocking"),
            CHUNKS,
            gate::storeFull);
    Announcement announcement = new Announcement(completion, streams, jobs);
    Finishing finishing = new Finishing(turns, jobs, completion, announcement, time, meters);
    AttemptRunner runner =
        new AttemptRunner(
            name,
            turns,
            jobs,
            generating,
            finishing,
            live,
            gate,
            meters,
            time,
            () -> name + "/" + tokens++,
            TracerProvider.noop().get(""));
    this.claims =
        new ClaimLoop(
            jobs,
            runner,
            host.executor("attempt"),
            gate,
            time,
            properties,
            () -> world.chance.random().nextDouble());
    this.heartbeat = new Heartbeat(jobs, streams, turns, live, time, properties);
    redis.control(host).subscribe(name, turn -> host.start("check", () -> heartbeat.check(turn)));
    SweepStore sweep = postgres.sweep(host);
    StoreMeters figures =
        new StoreMeters(NO_FIGURES, sweep, () -> null, registry, time, properties.sweepEvery());
    this.sweeper =
        new Sweeper(
            sweep, turns, jobs, streams, completion, announcement, meters, figures, registry);
    this.retention = new Retention(postgres.retention(host), streams, time, RETENTION, registry);
  }

  private static WorkerProperties properties(Duration grace) {
    return new WorkerProperties(
        null,
        2,
        Duration.ofMillis(500),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        grace);
  }

  Host host() {
    return host;
  }

  void start() {
    host.start("claim", claims);
    host.start("heartbeat", every(properties.heartbeat(), heartbeat::beat));
    if (world.on(Rule.SWEEPER)) {
      host.start("sweep", every(properties.sweepEvery(), sweeper::sweep));
    }
    if (world.chance.isPossible(Fault.DELETE)) {
      host.start("retention", every(retention.every(), retention::pass));
    }
  }

  /**
   * As on SIGTERM: takes no more jobs, lets attempts run on for the grace time, hands over the
   * rest, ends.
   */
  void drain() {
    if (draining) {
      return;
    }
    draining = true;
    world.trace(() -> host.name() + " drains");
    host.start("drain", this::leave);
  }

  private void leave() {
    try {
      claims.stop();
      long until = time.nanos() + properties.grace().toNanos();
      while (live.size() > 0 && time.nanos() < until) {
        time.pause(Duration.ofMillis(100));
      }
      for (int tries = 0; live.size() > 0 && tries < 100; tries++) {
        for (Attempt attempt : live.all()) {
          attempt.stop(StopReason.HANDED_OVER);
        }
        time.pause(Duration.ofMillis(100));
      }
      host.kill();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }

  private Runnable every(Duration period, Runnable task) {
    return () -> {
      try {
        while (true) {
          time.pause(period);
          task.run();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this", e);
      }
    };
  }

  Time time() {
    return time;
  }
}
