package io.streamrelay.simulation;

import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One run: two sessions, a handful of turns, three workers, two gateways, clients that submit, read
 * and cancel. Faults for a while, then calm, in which everything must settle; then all streams
 * expire, and readers come once more. Then the {@link Judge}.
 *
 * <p>A seed decides everything. Not thread-safe: used on one thread.
 */
final class Simulation {
  private static final Duration STORMY = Duration.ofSeconds(100);
  private static final Duration CALM = Duration.ofMinutes(15);
  private static final Duration AFTERWARDS = Duration.ofMinutes(2);
  private static final Duration RETENTION = Duration.ofSeconds(47);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final World world;
  private final RedisTwins twins;
  private final SimulatedPostgres postgres;
  private final Model model;
  private final Fleet fleet;
  private final Weather weather;
  private final Clients clients;

  private Simulation(long seed, Scenario scenario, Trace trace, Set<Rule> off) {
    world = new World(new Chance(seed, scenario), trace, off);
    postgres = new SimulatedPostgres(world);
    twins =
        new RedisTwins(() -> world.now() / 1_000_000, RETENTION, off, postgres.turns()::asIfSaved);
    StreamCheck check = new StreamCheck(world, postgres.turns());
    SimulatedRedis redis = new SimulatedRedis(world, twins, Clients.SESSIONS, check);
    model = new Model(world);
    model.onCall(new ProviderCheck(world, twins, redis, postgres)::called);
    fleet = new Fleet(world, redis, postgres, model);
    weather = new Weather(world, fleet, twins, redis, postgres);
    clients = new Clients(world, fleet, postgres);
  }

  /** Answers the violations and how often each was found. */
  static Map<String, Integer> run(long seed, Scenario scenario, Trace trace) {
    return new Simulation(seed, scenario, trace, Set.of()).run();
  }

  /** Runs one seed without a rule. */
  static Map<String, Integer> runWithout(Rule rule, long seed, Scenario scenario, Trace trace) {
    return new Simulation(seed, scenario, trace, EnumSet.of(rule)).run();
  }

  private Map<String, Integer> run() {
    fleet.start();
    clients.come(STORMY);
    weather.storm(STORMY);
    world.scheduler.run(world.now() + STORMY.toNanos());
    world.trace(() -> "CALM");
    world.chance.calmDown();
    runUntil(this::settled, CALM);
    judgeStores();
    expire();
    runUntil(clients::content, AFTERWARDS);
    judgeClients();
    return world.violations();
  }

  private void runUntil(BooleanSupplier reached, Duration atMost) {
    long end = world.now() + atMost.toNanos();
    while (!reached.getAsBoolean() && world.now() < end && world.scheduler.complaints().isEmpty()) {
      world.scheduler.run(world.now() + LOOK_EVERY.toNanos());
    }
  }

  private boolean settled() {
    return clients.content()
        && openJobs() == 0
        && postgres.turns().looks().stream()
            .allMatch(turn -> turn.view().status().terminal() && turn.text() != null);
  }

  private long openJobs() {
    return twins.jobs("judge").depths().values().stream()
        .mapToLong(depth -> depth.waiting() + depth.busy())
        .sum();
  }

  /** Nothing is live, so nobody keeps a stream from its expiry. */
  private void expire() {
    world.trace(() -> "EXPIRED");
    fleet.retireWorkers();
    twins.step(Duration.ofHours(1)); // more than steps back of the clock can have put it off
    if (!twins.stream().lastIds(Clients.SESSIONS).isEmpty()) {
      world.violation("I9 a stream of ended turns is kept", Clients.SESSIONS::toString);
    }
    clients.comeAgain();
  }

  // --- judgement

  private void judgeStores() {
    Judge judge = new Judge(world, postgres, model);
    clients.submissions().forEach(judge::judgeSubmission);
    postgres.turns().looks().forEach(judge::judgeTurn);
    if (openJobs() > 0) {
      world.violation("job never acknowledged", () -> "" + twins.jobs("judge").turns(100));
    }
  }

  private void judgeClients() {
    ReaderJudge judge = new ReaderJudge(world, postgres.turns().looks());
    clients.readers().forEach(judge::judge);
    if (world.chance.prompt()) {
      judgeWaits();
    }
  }

  private void judgeWaits() {
    List<Look> turns = postgres.turns().looks();
    for (Reading reader : clients.readers()) {
      for (Look turn : turns) {
        Duration wait = reader.waitedForEndOf(turn);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
          world.violation(
              "I2 a connected reader was told late", () -> reader.name() + " " + wait + " " + turn);
        }
      }
    }
  }
}
