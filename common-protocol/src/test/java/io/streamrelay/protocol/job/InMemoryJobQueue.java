package io.streamrelay.protocol.job;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.InMemoryJobStreams.Held;
import io.streamrelay.protocol.job.InMemoryJobStreams.State;
import io.streamrelay.protocol.session.StoreFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Twin of one worker's job queue in Redis. Never waits: a claim of nothing answers at once.
 * Thread-safe.
 */
public final class InMemoryJobQueue implements JobQueue, HeldJobs, JobFigures {
  private static final String HANDOFF = "handoff";

  private final InMemoryJobStreams streams; // its lock guards all state
  private final String consumer;

  public InMemoryJobQueue(InMemoryJobStreams streams, String consumer) {
    this.streams = streams;
    this.consumer = consumer;
  }

  @Override
  public JobId add(Job job) {
    synchronized (streams) {
      if (streams.full()) {
        throw new StoreFullException("the twin is set full");
      }
      State state = streams.state();
      JobId id = new JobId(job.lane(), state.nextId++ + "-0");
      state.lane(job.lane()).put(id, new Held(job, null, now()));
      return id;
    }
  }

  @Override
  public boolean isFull() {
    synchronized (streams) {
      return streams.full();
    }
  }

  @Override
  public List<ClaimedJob> claim(int atMost, Duration block) {
    synchronized (streams) {
      seen();
      List<ClaimedJob> claimed = new ArrayList<>();
      for (Lane lane : Lane.values()) {
        List<JobId> free = idsOf(lane, held -> held.holder() == null);
        free.stream().limit(atMost - claimed.size()).forEach(id -> claimed.add(take(id)));
      }
      return claimed;
    }
  }

  @Override
  public List<ClaimedJob> reclaim(int atMost) {
    synchronized (streams) {
      seen();
      List<JobId> idle = new ArrayList<>();
      for (Lane lane : Lane.values()) {
        idle.addAll(idsOf(lane, held -> held.holder() != null && leaseEnded(held)));
      }
      idle.sort(Comparator.comparingLong(id -> held(id).sinceMillis()));
      return idle.stream().limit(atMost).map(this::take).toList();
    }
  }

  private ClaimedJob take(JobId id) {
    Held before = held(id);
    boolean reclaimed = before.holder() != null && !before.holder().equals(HANDOFF);
    put(id, new Held(before.job(), consumer, now()));
    return new ClaimedJob(id, before.job(), reclaimed);
  }

  @Override
  public NotHeld heartbeat(Collection<JobId> held) {
    synchronized (streams) {
      seen();
      Set<JobId> lost = new LinkedHashSet<>();
      Set<JobId> gone = new LinkedHashSet<>();
      for (JobId id : held) {
        if (isOurs(id)) {
          put(id, new Held(held(id).job(), consumer, now()));
        } else {
          (held(id) == null ? gone : lost).add(id);
        }
      }
      return new NotHeld(lost, gone);
    }
  }

  @Override
  public Map<TurnId, JobId> held() {
    synchronized (streams) {
      Map<TurnId, JobId> ours = new LinkedHashMap<>();
      for (Lane lane : Lane.values()) {
        idsOf(lane, held -> consumer.equals(held.holder()))
            .forEach(id -> ours.put(held(id).job().turn(), id));
      }
      return ours;
    }
  }

  @Override
  public void done(JobId id) {
    synchronized (streams) {
      streams.state().lane(id.lane()).remove(id);
    }
  }

  @Override
  public void handOver(JobId id) {
    synchronized (streams) {
      if (isOurs(id)) {
        put(id, new Held(held(id).job(), HANDOFF, now() - LEASE.toMillis()));
      }
    }
  }

  @Override
  public void give(JobId id, String worker) {
    synchronized (streams) {
      if (isOurs(id)) {
        put(id, new Held(held(id).job(), worker, now()));
      }
    }
  }

  @Override
  public void bury(DeadLetter letter) {
    streams.bury(letter);
  }

  /** How often a job was claimed isn't counted here. */
  @Override
  public @Nullable Hold hold(JobId id) {
    synchronized (streams) {
      Held held = held(id);
      return held == null || held.holder() == null
          ? null
          : new Hold(held.holder(), Duration.ofMillis(now() - held.sinceMillis()), 1);
    }
  }

  @Override
  public Map<JobId, Hold> idle(Duration idle, int atMost) {
    synchronized (streams) {
      Map<JobId, Hold> found = new LinkedHashMap<>();
      for (Lane lane : Lane.values()) {
        List<JobId> late =
            idsOf(
                lane,
                held -> held.holder() != null && now() - held.sinceMillis() >= idle.toMillis());
        late.stream().limit(atMost).forEach(id -> found.put(id, hold(id)));
      }
      return found;
    }
  }

  @Override
  public JobState state(JobId id) {
    synchronized (streams) {
      Held held = held(id);
      return held == null
          ? JobState.GONE
          : held.holder() == null ? JobState.WAITING : JobState.HELD;
    }
  }

  @Override
  public Set<TurnId> turns(int atMost) {
    synchronized (streams) {
      Set<TurnId> turns = new LinkedHashSet<>();
      for (Lane lane : Lane.values()) {
        streams.state().lane(lane).values().stream()
            .limit(atMost)
            .forEach(held -> turns.add(held.job().turn()));
      }
      return turns;
    }
  }

  @Override
  public Map<Lane, Depth> depths() {
    synchronized (streams) {
      Map<Lane, Depth> depths = new EnumMap<>(Lane.class);
      for (Lane lane : Lane.values()) {
        long busy = idsOf(lane, held -> held.holder() != null).size();
        depths.put(lane, new Depth(streams.state().lane(lane).size() - busy, busy));
      }
      return depths;
    }
  }

  @Override
  public Map<Lane, OfLane> lanes(Duration late) {
    synchronized (streams) {
      Map<Lane, OfLane> states = new EnumMap<>(Lane.class);
      depths().forEach((lane, depth) -> states.put(lane, state(lane, depth, late)));
      return states;
    }
  }

  private OfLane state(Lane lane, Depth depth, Duration late) {
    long added =
        streams.state().lane(lane).values().stream()
            .filter(held -> held.holder() == null)
            .mapToLong(Held::sinceMillis)
            .min()
            .orElse(now());
    long idle = LEASE.plus(late).toMillis();
    long stuck =
        idsOf(lane, held -> held.holder() != null && now() - held.sinceMillis() >= idle).size();
    return new OfLane(depth.waiting(), depth.busy(), Duration.ofMillis(now() - added), stuck);
  }

  @Override
  public long deadLetters() {
    return streams.dead().size();
  }

  @Override
  public void removeIdleConsumers(Duration idle) {
    synchronized (streams) {
      State state = streams.state();
      long before = now() - idle.toMillis();
      state
          .consumersSeenAt
          .entrySet()
          .removeIf(seen -> seen.getValue() < before && !holdsAny(seen.getKey()));
    }
  }

  private boolean holdsAny(String name) {
    return streams.state().lanes.values().stream()
        .flatMap(jobs -> jobs.values().stream())
        .anyMatch(held -> name.equals(held.holder()));
  }

  private List<JobId> idsOf(Lane lane, Predicate<Held> wanted) {
    return streams.state().lane(lane).entrySet().stream()
        .filter(entry -> wanted.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isOurs(JobId id) {
    Held held = held(id);
    return held != null && consumer.equals(held.holder());
  }

  private boolean leaseEnded(Held held) {
    return now() - held.sinceMillis() >= LEASE.toMillis();
  }

  private @Nullable Held held(JobId id) {
    return streams.state().lane(id.lane()).get(id);
  }

  private void put(JobId id, Held held) {
    streams.state().lane(id.lane()).put(id, held);
  }

  private void seen() {
    streams.state().consumersSeenAt.put(consumer, now());
  }

  private long now() {
    return streams.clockMillis.getAsLong();
  }
}
