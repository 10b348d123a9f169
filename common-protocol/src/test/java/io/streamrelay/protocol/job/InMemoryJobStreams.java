package io.streamrelay.protocol.job;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the job queues of all workers of a test share, in place of Redis. Its state can be taken,
 * put back and thrown away, as failovers and flushes do. Thread-safe; {@link InMemoryJobQueue}
 * locks it.
 */
public final class InMemoryJobStreams {
  final LongSupplier clockMillis;
  private State state = new State(); // guarded by this
  private boolean full; // guarded by this
  private final List<DeadLetter> dead = new ArrayList<>(); // guarded by this

  /** Leases are measured on the given clock, in milliseconds. */
  public InMemoryJobStreams(LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
  }

  /** One entry of a lane; nobody's while {@code holder} is null. */
  record Held(Job job, @Nullable String holder, long sinceMillis) {}

  /** All that Redis keeps: jobs, who holds them since when, and the consumers. */
  public static final class State {
    final Map<Lane, Map<JobId, Held>> lanes = new EnumMap<>(Lane.class);
    final Map<String, Long> consumersSeenAt = new LinkedHashMap<>();
    long nextId = 1;

    State() {
      for (Lane lane : Lane.values()) {
        lanes.put(lane, new LinkedHashMap<>());
      }
    }

    public State copy() {
      State copy = new State();
      lanes.forEach((lane, jobs) -> copy.lanes.get(lane).putAll(jobs));
      copy.consumersSeenAt.putAll(consumersSeenAt);
      copy.nextId = nextId;
      return copy;
    }

    Map<JobId, Held> lane(Lane lane) {
      return lanes.get(lane);
    }
  }

  /** A copy of what is stored now. */
  public synchronized State snapshot() {
    return state.copy();
  }

  /** Goes back to what was stored then; ids given since may be given again. */
  public synchronized void restore(State then) {
    state = then.copy();
  }

  /** Loses everything, as FLUSHALL does; ids go on, as the clock does. */
  public synchronized void flush() {
    long nextId = state.nextId;
    state = new State();
    state.nextId = nextId;
  }

  /** At its memory limit, or not any more. */
  public synchronized void setFull(boolean full) {
    this.full = full;
  }

  /** The consumers that were seen and not removed. */
  public synchronized Map<String, Long> consumersSeenAt() {
    return Map.copyOf(state.consumersSeenAt);
  }

  /** The jobs that were set aside, oldest first. */
  public synchronized List<DeadLetter> dead() {
    return List.copyOf(dead);
  }

  synchronized void bury(DeadLetter letter) {
    dead.add(letter);
  }

  State state() {
    return state;
  }

  boolean full() {
    return full;
  }
}
