package io.streamrelay.worker.attempt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.metric.ModelLabels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What the worker counts of its attempts and their turns. Thread-safe. */
public final class AttemptMeters {
  private static final Duration[] WAIT =
      millis(1, 5, 20, 50, 100, 250, 1_000, 2_500, 10_000, 30_000, 60_000, 600_000);

  /** With 250 ms, at which the relay's part is too long. */
  private static final Duration[] FIRST_CHUNK =
      millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000);

  private static final Duration[] TURN =
      millis(250, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000, 300_000, 600_000);

  private static final Duration[] SAVE = millis(2, 5, 10, 25, 50, 100, 250, 1_000, 10_000, 60_000);

  private final MeterRegistry registry;
  private final ModelLabels models;
  private final Map<Lane, Timer> queueWait;
  private final Map<Lane, Timer> turnDuration;
  private final Map<AttemptOutcome, Counter> attempts = new EnumMap<>(AttemptOutcome.class);
  private final Timer firstChunkRelay;
  private final Timer firstChunkProvider;
  private final Counter takeovers;
  private final Timer saveDuration;
  private final AtomicInteger savesWaiting = new AtomicInteger();

  public AttemptMeters(MeterRegistry registry, ModelLabels models) {
    this.registry = registry;
    this.models = models;
    queueWait =
        byLane("relay.queue.wait", "From the submit to the start of the first attempt", WAIT);
    turnDuration =
        byLane("relay.turn.duration", "From the submit to the end that a worker saved", TURN);
    firstChunkRelay = firstChunk("relay");
    firstChunkProvider = firstChunk("provider");
    takeovers =
        Counter.builder("relay.takeovers")
            .description("Turns claimed again after another attempt")
            .register(registry);
    saveDuration =
        Timer.builder("relay.save.duration")
            .description("From the end in the session stream until PostgreSQL had taken it")
            .serviceLevelObjectives(SAVE)
            .register(registry);
    Gauge.builder("relay.saves.waiting", savesWaiting, AtomicInteger::get)
        .description("Ends of turns that PostgreSQL hasn't taken yet")
        .register(registry);
    for (AttemptOutcome outcome : AttemptOutcome.values()) {
      attempts.put(
          outcome,
          Counter.builder("relay.attempts")
              .description("Attempts by what became of them")
              .tag("outcome", outcome.wire())
              .register(registry));
    }
    outcomes().forEach(outcome -> models.all().forEach(model -> turns(outcome, model)));
  }

  private static Duration[] millis(long... millis) {
    Duration[] durations = new Duration[millis.length];
    for (int at = 0; at < millis.length; at++) {
      durations[at] = Duration.ofMillis(millis[at]);
    }
    return durations;
  }

  private Map<Lane, Timer> byLane(String name, String description, Duration[] buckets) {
    Map<Lane, Timer> timers = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      timers.put(
          lane,
          Timer.builder(name)
              .description(description)
              .tag("lane", lane.wire())
              .serviceLevelObjectives(buckets)
              .register(registry));
    }
    return timers;
  }

  private Timer firstChunk(String part) {
    return Timer.builder("relay.turn.first.chunk")
        .description("From the submit to the first chunk in Redis: in calls to providers, and else")
        .tag("part", part)
        .serviceLevelObjectives(FIRST_CHUNK)
        .register(registry);
  }

  private static List<String> outcomes() {
    List<String> outcomes =
        new ArrayList<>(List.of(Outcome.ENDED.wire(), Outcome.CANCELLED.wire()));
    for (FailureCode code : FailureCode.values()) {
      outcomes.add(code.wire());
    }
    return outcomes;
  }

  private Counter turns(String outcome, String model) {
    return Counter.builder("relay.turns")
        .description("Turns that ended, by how and by model")
        .tag("outcome", outcome)
        .tag("model", model)
        .register(registry);
  }

  void claimed(boolean takeover, Lane lane, Duration sinceSubmit) {
    if (takeover) {
      takeovers.increment();
    } else {
      Objects.requireNonNull(queueWait.get(lane)).record(sinceSubmit);
    }
  }

  void over(AttemptOutcome outcome) {
    Objects.requireNonNull(attempts.get(outcome)).increment();
  }

  /**
   * The first chunk of a first attempt was stored.
   *
   * @param sinceSubmit until then
   * @param inCalls how much of that providers took
   */
  void firstChunk(Duration sinceSubmit, Duration inCalls) {
    Duration rest = sinceSubmit.minus(inCalls);
    firstChunkRelay.record(rest.isNegative() ? Duration.ZERO : rest);
    firstChunkProvider.record(inCalls);
  }

  /** An end is in the stream and is to be saved; {@link #saveOver} follows. */
  void saving() {
    savesWaiting.incrementAndGet();
  }

  void saveOver() {
    savesWaiting.decrementAndGet();
  }

  void saved(Duration took) {
    saveDuration.record(took);
  }

  /**
   * A turn ended.
   *
   * @param outcome {@code ended}, {@code cancelled} or a failure code
   * @param model as it was asked for
   */
  void ended(String outcome, String model) {
    turns(outcome, models.of(model)).increment();
  }

  /** A turn ended by a worker that doesn't know which model it asked for. */
  public void ended(FailureCode code) {
    turns(code.wire(), ModelLabels.OTHER).increment();
  }

  /** A turn ended that long after its submit. */
  void turnTook(Lane lane, Duration sinceSubmit) {
    Objects.requireNonNull(turnDuration.get(lane)).record(sinceSubmit);
  }
}
