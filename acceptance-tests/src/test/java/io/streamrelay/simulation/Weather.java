package io.streamrelay.simulation;

import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import java.time.Duration;
import java.util.List;

/**
 * What goes wrong by itself, tick by tick, until it is calm; faults of single calls are with the
 * calls. Not thread-safe: owned by the scheduler's carrier.
 */
final class Weather {
  private static final Duration TICK = Duration.ofMillis(117);
  private static final Duration SHORT_OUTAGE = Duration.ofMillis(3500);
  private static final Duration FOR_GOOD = Duration.ofDays(1);

  private final World world;
  private final Chance chance;
  private final Fleet fleet;
  private final RedisTwins twins;
  private final SimulatedRedis redis;
  private final SimulatedPostgres postgres;
  private final Host host;

  Weather(
      World world,
      Fleet fleet,
      RedisTwins twins,
      SimulatedRedis redis,
      SimulatedPostgres postgres) {
    this.world = world;
    this.chance = world.chance;
    this.fleet = fleet;
    this.twins = twins;
    this.redis = redis;
    this.postgres = postgres;
    this.host = new Host(world.scheduler, "weather");
  }

  /** Begins now. */
  void storm(Duration length) {
    if (chance.happens(Fault.FULL_FOR_GOOD)) {
      Duration at = chance.between(Duration.ofSeconds(12), length);
      world.scheduler.after(at, host, () -> redis.fullFor(FOR_GOOD));
    }
    tick();
  }

  private void tick() {
    if (!chance.faults()) {
      return;
    }
    strikeWorkers();
    strikeGateways();
    strikeRedis();
    strikeTurns();
    if (chance.happens(Fault.POSTGRES_OUTAGE)) {
      postgres.awayFor(SHORT_OUTAGE);
    }
    world.scheduler.after(TICK, host, this::tick);
  }

  private void strikeWorkers() {
    List<Worker> workers = fleet.workers();
    if (chance.happens(Fault.WORKER_KILL) && !workers.isEmpty()) {
      world.kill(chance.oneOf(workers).host());
    }
    if (chance.happens(Fault.WORKER_PAUSE) && !workers.isEmpty()) {
      world.pause(chance.oneOf(workers).host());
    }
    if (chance.happens(Fault.WORKER_DRAIN) && !workers.isEmpty()) {
      chance.oneOf(workers).drain();
    }
  }

  private void strikeGateways() {
    if (chance.happens(Fault.GATEWAY_KILL)) {
      world.kill(fleet.anyGateway().host());
    }
    if (chance.happens(Fault.GATEWAY_PAUSE)) {
      world.pause(fleet.anyGateway().host());
    }
    if (chance.happens(Fault.GATEWAY_DRAIN)) {
      fleet.anyGateway().drain();
    }
  }

  private void strikeRedis() {
    if (chance.happens(Fault.FAILOVER)) {
      redis.failOver();
    }
    if (chance.happens(Fault.FLUSH)) {
      redis.flush();
    }
    if (chance.happens(Fault.FULL_PERIOD)) {
      redis.fullFor(SHORT_OUTAGE);
    }
    if (chance.happens(Fault.REDIS_OUTAGE)) {
      redis.awayFor(chance.between(Duration.ofMillis(100), Duration.ofSeconds(6)));
    }
    if (chance.happens(Fault.CLOCK_STEP)) {
      Duration step = Duration.ofSeconds(chance.oneOf(List.of(-12, -4, 4, 12, 50)));
      world.trace(() -> "CLOCK STEP " + step);
      twins.step(step);
    }
    if (chance.happens(Fault.ENTRY_LOST)) {
      redis.loseEntry();
    }
    if (chance.happens(Fault.UNSUBSCRIBED)) {
      redis.unsubscribeOne();
    }
  }

  private void strikeTurns() {
    List<Look> turns = postgres.turns().looks();
    if (chance.happens(Fault.DELETE)) {
      SessionKey session = chance.oneOf(Clients.SESSIONS);
      world.trace(() -> "DELETE " + session);
      fleet.anyGateway().delete(session);
    }
    if (chance.happens(Fault.DUPLICATE_JOB) && !turns.isEmpty()) {
      Look turn = chance.oneOf(turns);
      world.trace(() -> "DUPLICATE JOB of " + turn.view().model());
      twins
          .jobs("weather")
          .add(new Job(turn.view().id(), turn.view().session(), Lane.INTERACTIVE, null));
    }
    if (chance.happens(Fault.CANCEL) && !turns.isEmpty()) {
      Look turn = chance.oneOf(turns);
      boolean named = chance.coin();
      world.trace(() -> "CANCEL " + (named ? turn.view().model() : turn.view().session()));
      fleet.anyGateway().cancel(turn.view().session(), named ? turn.view().id() : null);
    }
  }
}
