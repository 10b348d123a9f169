package io.streamrelay.simulation;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run: two sessions, a handful of turns, three workers, two gateways, clients that submit, read
 * and cancel. Faults for a while, then calm, in which everything must settle. Then the {@link
 * Judge}.
 *
 * <p>A seed decides everything. Not thread-safe: used on one thread.
 */
final class Simulation {
  private static final Duration STORMY = Duration.ofSeconds(100);
  private static final Duration TICK = Duration.ofMillis(117);
  private static final Duration CALM = Duration.ofMinutes(60);
  private static final Duration RETENTION = Duration.ofSeconds(47);
  private static final Duration FOR_GOOD = Duration.ofDays(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);
  private static final Set<Fault> ALL = EnumSet.allOf(Fault.class);
  private static final double[] BOOSTS = {2, 1, 0.4};
  private static final int WORKERS = 3;
  private static final int GATEWAYS = 2;

  private final World world;
  private final Chance chance;
  private final Host weather;
  private final List<SessionKey> sessions =
      List.of(
          new SessionKey(Owner.DEV, new SessionId("s1")),
          new SessionKey(Owner.DEV, new SessionId("s2")));
  private final RedisTwins twins;
  private final SimulatedRedis redis;
  private final SimulatedPostgres postgres;
  private final Model model;
  private final List<Worker> workers = new ArrayList<>();
  private final List<Gateway> gateways = new ArrayList<>();
  private final List<Submitting> submissions = new ArrayList<>();
  private final List<Reading> readers = new ArrayList<>();
  private final Set<TurnId> watched = new LinkedHashSet<>();
  private int made;

  private Simulation(Chance chance, Trace trace, Set<Rule> off) {
    this.chance = chance;
    this.world = new World(chance, trace, off);
    this.weather = new Host(world.scheduler, "weather");
    this.twins = new RedisTwins(() -> world.now() / 1_000_000, RETENTION);
    this.postgres = new SimulatedPostgres(world);
    StreamCheck check = new StreamCheck(world, postgres.turns());
    this.redis = new SimulatedRedis(world, twins, sessions, check);
    this.model = new Model(world);
    model.onCall(this::judgeCall);
  }

  /** Runs one seed without a trace. */
  static Map<String, Integer> run(long seed) {
    return run(seed, new Trace(null));
  }

  /** Answers the violations and how often each was found. */
  static Map<String, Integer> run(long seed, Trace trace) {
    String given = System.getProperty("boost");
    double boost = given != null ? Double.parseDouble(given) : BOOSTS[(int) (seed % 3)];
    return new Simulation(new Chance(seed, boost, ALL), trace, Set.of()).run();
  }

  /** Runs one seed, often struck, without a rule. */
  static Map<String, Integer> runWithout(Rule rule, long seed) {
    return new Simulation(new Chance(seed, 2, ALL), new Trace(null), Set.of(rule)).run();
  }

  /**
   * Runs one seed in which every other push is lost and nothing else fails: connected readers must
   * know of a turn's end 15 s after PostgreSQL at most.
   */
  static Map<String, Integer> runWithLostPushes(long seed, Trace trace) {
    Chance chance = new Chance(seed, 10, EnumSet.of(Fault.PUSH_LOST, Fault.CANCEL));
    Simulation simulation = new Simulation(chance, trace, Set.of());
    simulation.run();
    simulation.judgeWaits();
    return simulation.world.violations();
  }

  private Map<String, Integer> run() {
    for (int i = 0; i < GATEWAYS; i++) {
      addGateway();
    }
    for (int i = 0; i < WORKERS; i++) {
      addWorker();
    }
    addClients();
    if (chance.between(1, 20) == 1) {
      Duration at = chance.between(Duration.ofSeconds(12), STORMY);
      world.scheduler.after(at, weather, () -> redis.fullFor(FOR_GOOD));
    }
    storm();
    world.scheduler.run(world.now() + STORMY.toNanos());
    calmDown();
    settle();
    judge();
    return world.violations();
  }

  // --- what there is

  private void addGateway() {
    Gateway gateway = new Gateway(world, "g" + made++, redis, postgres);
    gateways.add(gateway);
    gateway
        .host()
        .atDeath(() -> {
          gateways.remove(gateway);
          addGateway();
        });
  }

  private void addWorker() {
    Worker worker = new Worker(world, "w" + made++, redis, postgres, model);
    workers.add(worker);
    worker
        .host()
        .atDeath(() -> {
          workers.remove(worker);
          world.scheduler.after(
              Duration.ofMillis(chance.between(1, 3000)), weather, this::addWorker);
        });
    worker.start();
  }

  /** I7: unless Redis lost what the attempt wrote, no finished turn is generated again. */
  private void judgeCall(String modelName, Host caller) {
    for (Look turn : postgres.turns().looks()) {
      if (turn.view().model().equals(modelName)) {
        long epoch = latestEpochOf(caller, turn);
        List<Entry> stream = twins.stream().read(turn.view().session(), EntryId.ZERO, 100_000);
        boolean started =
            stream.stream().anyMatch(entry -> entry.id().equals(EntryId.first(epoch)));
        boolean done =
            stream.stream()
                .anyMatch(entry ->
                    entry.event() instanceof Generated generated
                        && generated.turn().equals(turn.view().id())
                        && entry.id().epoch() < epoch);
        if (started && done && !redis.unprovable().contains(turn.view().id())) {
          world.violation("I7 provider called after done", () -> modelName);
        }
      }
    }
  }

  private static long latestEpochOf(Host worker, Look turn) {
    return turn.view().attempts().stream()
        .filter(attempt -> attempt.worker().equals(worker.name()))
        .mapToLong(TurnView.Attempt::epoch)
        .max()
        .orElse(0);
  }

  private Gateway anyGateway() {
    return chance.oneOf(gateways);
  }

  private void addClients() {
    for (SessionKey session : sessions) {
      int turns = chance.between(3, 6);
      for (int i = 0; i < turns; i++) {
        addSubmission(session);
      }
      read(session, null, true, Duration.ZERO);
      read(session, null, false, Duration.ZERO);
      read(session, null, true, chance.between(Duration.ZERO, STORMY.multipliedBy(4).dividedBy(5)));
      read(session, null, chance.coin(), STORMY.plusSeconds(25));
    }
  }

  private void addSubmission(SessionKey session) {
    Duration timeout =
        chance.oneOf(
            List.of(
                Duration.ofSeconds(29),
                Duration.ofSeconds(58),
                Duration.ofSeconds(58),
                Duration.ofSeconds(230)));
    Submitting submission =
        new Submitting(
            world,
            session,
            submissions.size(),
            chance.oneOf(List.of(OnBusy.REJECT, OnBusy.ENQUEUE, OnBusy.ENQUEUE, OnBusy.INTERRUPT)),
            timeout,
            this::anyGateway,
            turn -> watch(session, turn));
    submissions.add(submission);
    submission.startAfter(chance.between(Duration.ZERO, STORMY.minusSeconds(12)));
  }

  /** Two devices read the turn alone: one at once, one late from its beginning. */
  private void watch(SessionKey session, TurnId turn) {
    if (watched.add(turn)) {
      read(session, turn, false, Duration.ZERO);
      read(session, turn, false, chance.between(Duration.ZERO, Duration.ofSeconds(70)));
    }
  }

  private void read(SessionKey session, @Nullable TurnId turn, boolean follow, Duration after) {
    Reading reader =
        new Reading(world, "r" + readers.size(), session, turn, follow, this::anyGateway);
    readers.add(reader);
    reader.startAfter(after);
  }

  // --- what goes wrong

  private void storm() {
    if (!chance.faults()) {
      return;
    }
    strikeHosts();
    strikeStores();
    world.scheduler.after(TICK, weather, this::storm);
  }

  private void strikeHosts() {
    if (chance.happens(Fault.WORKER_KILL) && !workers.isEmpty()) {
      world.kill(chance.oneOf(workers).host());
    }
    if (chance.happens(Fault.WORKER_PAUSE) && !workers.isEmpty()) {
      world.pause(chance.oneOf(workers).host());
    }
    if (chance.happens(Fault.WORKER_DRAIN) && !workers.isEmpty()) {
      chance.oneOf(workers).drain();
    }
    if (chance.happens(Fault.GATEWAY_KILL)) {
      world.kill(anyGateway().host());
    }
    if (chance.happens(Fault.GATEWAY_PAUSE)) {
      world.pause(anyGateway().host());
    }
  }

  private void strikeStores() {
    if (chance.happens(Fault.FAILOVER)) {
      redis.failOver();
    }
    if (chance.happens(Fault.FLUSH)) {
      redis.flush();
    }
    if (chance.happens(Fault.FULL_PERIOD)) {
      redis.fullFor(Duration.ofMillis(3500));
    }
    if (chance.happens(Fault.REDIS_OUTAGE)) {
      redis.awayFor(chance.between(Duration.ofMillis(100), Duration.ofSeconds(6)));
    }
    if (chance.happens(Fault.CLOCK_STEP)) {
      Duration step = Duration.ofSeconds(chance.oneOf(List.of(-12, -4, 4, 12, 50)));
      world.trace(() -> "CLOCK STEP " + step);
      twins.step(step);
    }
    if (chance.happens(Fault.POSTGRES_OUTAGE)) {
      postgres.awayFor(Duration.ofMillis(3500));
    }
    if (chance.happens(Fault.UNSUBSCRIBED)) {
      redis.unsubscribeOne();
    }
    List<Look> turns = postgres.turns().looks();
    if (chance.happens(Fault.DUPLICATE_JOB) && !turns.isEmpty()) {
      Look turn = chance.oneOf(turns);
      world.trace(() -> "DUPLICATE JOB of " + turn.view().model());
      twins
          .jobs("weather")
          .add(new Job(turn.view().id(), turn.view().session(), Lane.INTERACTIVE, null));
    }
    if (chance.happens(Fault.CANCEL) && !turns.isEmpty()) {
      Look turn = chance.oneOf(turns);
      world.trace(() -> "CANCEL " + turn.view().model());
      anyGateway().cancel(turn.view().session(), turn.view().id());
    }
  }

  // --- the end

  private void calmDown() {
    world.trace(() -> "CALM");
    chance.calmDown();
  }

  private void settle() {
    long end = world.now() + CALM.toNanos();
    while (!settled() && world.now() < end && world.scheduler.complaints().isEmpty()) {
      world.scheduler.run(world.now() + Duration.ofSeconds(2).toNanos());
    }
  }

  private boolean settled() {
    List<Look> turns = postgres.turns().looks();
    return submissions.stream().allMatch(Submitting::answered)
        && turns.stream().allMatch(turn -> turn.view().status().terminal() && turn.text() != null)
        && openJobs() == 0
        && readers.stream().allMatch(reader -> hasAll(reader, turns));
  }

  private static boolean hasAll(Reading reader, List<Look> turns) {
    return turns.stream()
        .filter(turn -> turn.view().session().equals(reader.session()))
        .filter(turn -> reader.turn() == null || reader.turn().equals(turn.view().id()))
        .allMatch(turn -> reader.hasTerminalOf(turn.view().id()));
  }

  private long openJobs() {
    return twins.jobs("judge").depths().values().stream()
        .mapToLong(depth -> depth.waiting() + depth.busy())
        .sum();
  }

  private void judgeWaits() {
    for (Reading reader : readers) {
      for (Look turn : postgres.turns().looks()) {
        Duration wait = reader.waitedForEndOf(turn);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
          world.violation(
              "I2 a connected reader was told late", () -> reader.name() + " " + wait + " " + turn);
        }
      }
    }
  }

  private void judge() {
    InMemoryTurns store = postgres.turns();
    Judge judge = new Judge(world, store.looks(), model);
    submissions.forEach(judge::judgeSubmission);
    store.looks().forEach(judge::judgeTurn);
    readers.forEach(judge::judgeReader);
    if (openJobs() > 0) {
      world.violation("job never acknowledged", () -> "" + twins.jobs("judge").turns(100));
    }
  }
}
