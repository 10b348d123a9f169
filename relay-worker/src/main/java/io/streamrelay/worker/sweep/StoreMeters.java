package io.streamrelay.worker.sweep;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.job.JobFigures;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.redis.RedisFigures;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.SweepStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the stores hold, shown by whoever swept last: all of it is the same for all processes, and
 * is asked for once. A process that sweeps no more shows nothing, not what was true once.
 *
 * <p>Threads: one gathers and forgets, any reads the gauges.
 */
public final class StoreMeters {
  private static final Logger LOG = LoggerFactory.getLogger(StoreMeters.class);
  private static final Duration LEAST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LATE = Duration.ofSeconds(10);
  private static final int SWEEPS_KEPT = 3;

  private final JobFigures jobs;
  private final SweepStore store;
  private final Supplier<@Nullable RedisFigures> redis;
  private final MeterRegistry registry;
  private final Time time;
  private final Group<Map<Lane, JobFigures.OfLane>> lanes;
  private final Group<Long> deadLetters;
  private final Group<SweepStore.Outbox> outbox;
  private final Group<RedisFigures> server;
  private final long keptNanos;
  private long gatheredNanos;

  /**
   * @param redis gives null where Redis doesn't tell
   * @param sweepEvery how often this process tries to sweep
   */
  public StoreMeters(
      JobFigures jobs,
      SweepStore store,
      Supplier<@Nullable RedisFigures> redis,
      MeterRegistry registry,
      Time time,
      Duration sweepEvery) {
    this.jobs = jobs;
    this.store = store;
    this.redis = redis;
    this.registry = registry;
    this.time = time;
    Duration round = sweepEvery.compareTo(LEAST_PAUSE) > 0 ? sweepEvery : LEAST_PAUSE;
    this.keptNanos = round.multipliedBy(SWEEPS_KEPT).toNanos();
    this.gatheredNanos = time.nanos() - LEAST_PAUSE.toNanos();
    this.lanes = new Group<>(this::lanes);
    this.deadLetters = new Group<>(this::deadLetters);
    this.outbox = new Group<>(this::outbox);
    this.server = new Group<>(this::server);
  }

  /** Only while nobody else sweeps. Looks at most every other second. */
  void gather() {
    if (time.nanos() - gatheredNanos < LEAST_PAUSE.toNanos()) {
      return;
    }
    gatheredNanos = time.nanos();
    lanes.look(() -> jobs.lanes(LATE));
    deadLetters.look(jobs::deadLetters);
    outbox.look(store::outbox);
    server.look(redis);
  }

  /** Shows no more what was seen too long ago. */
  void forgetOld() {
    List.of(lanes, deadLetters, outbox, server).forEach(Group::forgetOld);
  }

  private List<Meter> lanes(Group<Map<Lane, JobFigures.OfLane>> group) {
    List<Meter> meters = new ArrayList<>();
    for (Lane lane : Lane.values()) {
      meters.add(
          gauge(
                  group,
                  "relay.waiting",
                  "Jobs that no worker has taken",
                  of(lane, JobFigures.OfLane::waiting))
              .tag("lane", lane.wire())
              .register(registry));
      meters.add(
          gauge(
                  group,
                  "relay.busy",
                  "Jobs in the hands of workers",
                  of(lane, JobFigures.OfLane::busy))
              .tag("lane", lane.wire())
              .register(registry));
      meters.add(
          gauge(
                  group,
                  "relay.oldest.waiting",
                  "How long the oldest job has waited that no worker has taken; 0: none waits",
                  of(lane, of -> seconds(of.oldestWaiting())))
              .baseUnit("seconds")
              .tag("lane", lane.wire())
              .register(registry));
      meters.add(
          gauge(
                  group,
                  "relay.stuck",
                  "Jobs whose lease ended more than 10 s ago and that nobody reclaimed",
                  of(lane, JobFigures.OfLane::stuck))
              .tag("lane", lane.wire())
              .register(registry));
    }
    return meters;
  }

  private static ToDoubleFunction<Map<Lane, JobFigures.OfLane>> of(
      Lane lane, ToDoubleFunction<JobFigures.OfLane> value) {
    return lanes -> {
      JobFigures.OfLane figures = lanes.get(lane);
      return figures == null ? Double.NaN : value.applyAsDouble(figures);
    };
  }

  private List<Meter> deadLetters(Group<Long> group) {
    return List.of(
        gauge(
                group,
                "relay.dead.letters",
                "Jobs that were set aside, of those kept",
                Long::doubleValue)
            .register(registry));
  }

  private List<Meter> outbox(Group<SweepStore.Outbox> group) {
    return List.of(
        gauge(
                group,
                "relay.outbox.rows",
                "Rows of the outbox that wait to be sent; 100000: or more",
                SweepStore.Outbox::rows)
            .register(registry),
        gauge(
                group,
                "relay.outbox.oldest",
                "How long the oldest row of the outbox has waited; 0: none does",
                box -> seconds(box.oldest()))
            .baseUnit("seconds")
            .register(registry));
  }

  private List<Meter> server(Group<RedisFigures> group) {
    return List.of(
        gauge(
                group,
                "relay.redis.memory.used",
                "Memory that Redis uses; of a cluster the fullest master",
                RedisFigures::memoryUsed)
            .baseUnit("bytes")
            .register(registry),
        gauge(
                group,
                "relay.redis.memory.max",
                "Memory that Redis may use; 0: no limit",
                RedisFigures::memoryMax)
            .baseUnit("bytes")
            .register(registry),
        gauge(group, "relay.redis.clients", "Connections to Redis", RedisFigures::clients)
            .register(registry),
        FunctionCounter.builder(
                "relay.redis.cpu", group, each -> each.value(RedisFigures::cpuSeconds))
            .description("CPU time that Redis has used")
            .baseUnit("seconds")
            .register(registry));
  }

  private static <T> Gauge.Builder<?> gauge(
      Group<T> group, String name, String description, ToDoubleFunction<T> value) {
    return Gauge.builder(name, () -> group.value(value)).description(description);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** What is asked for at once, and its meters, which are there only while it is known. */
  private final class Group<T> {
    private final Function<Group<T>, List<Meter>> register;
    private List<Meter> meters = List.of();
    private long seenNanos;
    private volatile @Nullable T seen;

    Group(Function<Group<T>, List<Meter>> register) {
      this.register = register;
    }

    /** What isn't told is left as it was seen before. */
    void look(Supplier<? extends @Nullable T> question) {
      T answer;
      try {
        answer = question.get();
      } catch (StoreUnavailableException e) {
        LOG.debug("not gathered: {}", e.getMessage());
        return;
      }
      if (answer == null) {
        return;
      }
      seen = answer;
      seenNanos = time.nanos();
      if (meters.isEmpty()) {
        meters = register.apply(this);
      }
    }

    double value(ToDoubleFunction<T> of) {
      T now = seen;
      return now == null ? Double.NaN : of.applyAsDouble(now);
    }

    void forgetOld() {
      if (!meters.isEmpty() && time.nanos() - seenNanos > keptNanos) {
        meters.forEach(registry::remove);
        meters = List.of();
        seen = null;
      }
    }
  }
}
