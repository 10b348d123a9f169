package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.DeadLetter;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobFigures;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.JobState;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.StreamRecords;

/**
 * The job streams in Redis through one consumer group.
 *
 * <p>Claiming waits on the interactive lane only, so that the lanes may be on different nodes: a
 * job of the batch lane may wait that long too, 500 ms at most. Thread-safe.
 */
public final class RedisJobQueue implements JobQueue, HeldJobs, JobFigures {
  private static final Logger log = LoggerFactory.getLogger(RedisJobQueue.class);

  private final RedisConnections connections;
  private final Consumer<DeadLetter> buried;
  private final Map<Lane, RedisLane> lanes = new EnumMap<>(Lane.class);

  /**
   * @param consumer the worker's name, of no other worker; a gateway, which only adds, has any
   */
  public RedisJobQueue(RedisConnections connections, String consumer) {
    this(connections, consumer, letter -> {});
  }

  /**
   * @param buried told of each job that is set aside, whether it could be noted or not
   */
  public RedisJobQueue(RedisConnections connections, String consumer, Consumer<DeadLetter> buried) {
    this.connections = connections;
    this.buried = buried;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new RedisLane(lane, consumer, connections));
    }
  }

  @Override
  public JobId add(Job job) {
    return new JobId(job.lane(), lane(job.lane()).add(JobFields.of(job)));
  }

  /** The lanes may be on different nodes. */
  @Override
  public boolean isFull() {
    return lanes.values().stream().anyMatch(RedisLane::isFull);
  }

  @Override
  public List<ClaimedJob> claim(int atMost, Duration block) {
    List<ClaimedJob> claimed = new ArrayList<>();
    for (RedisLane lane : lanes.values()) {
      if (claimed.size() < atMost) {
        claimed.addAll(readable(lane, lane.take(atMost - claimed.size())));
      }
    }
    if (claimed.isEmpty() && block.toMillis() > 0) {
      RedisLane first = lane(Lane.INTERACTIVE);
      claimed.addAll(readable(first, first.await(atMost, min(block, RedisConnections.MAX_BLOCK))));
    }
    return claimed;
  }

  private List<ClaimedJob> readable(
      RedisLane lane, List<MapRecord<String, String, String>> records) {
    return readable(lane, records, Set.of());
  }

  private List<ClaimedJob> readable(
      RedisLane lane,
      List<MapRecord<String, String, String>> records,
      Set<String> leftByTheirHolder) {
    List<ClaimedJob> claimed = new ArrayList<>();
    for (MapRecord<String, String, String> record : records) {
      String entry = record.getId().getValue();
      if (JobFields.isNewer(record.getValue())) {
        lane.handOver(entry);
        continue;
      }
      try {
        Job job = JobFields.job(lane.lane(), record.getValue());
        boolean reclaimed = leftByTheirHolder.contains(entry);
        claimed.add(new ClaimedJob(new JobId(lane.lane(), entry), job, reclaimed));
      } catch (IllegalArgumentException e) {
        log.warn("Job {} can't be read and is dropped: {}", entry, e.getMessage());
        lane.done(entry);
        bury(JobFields.unreadable(new JobId(lane.lane(), entry), record.getValue()));
      }
    }
    return claimed;
  }

  @Override
  public List<ClaimedJob> reclaim(int atMost) {
    List<ClaimedJob> claimed = new ArrayList<>();
    for (RedisLane lane : lanes.values()) {
      int free = atMost - claimed.size();
      if (free > 0) {
        List<RedisLane.Idle> idle = lane.idle(free);
        Set<String> left =
            idle.stream()
                .filter(each -> !each.handedOver())
                .map(RedisLane.Idle::entry)
                .collect(Collectors.toSet());
        claimed.addAll(readable(lane, lane.reclaim(idle), left));
      }
    }
    return claimed;
  }

  @Override
  public NotHeld heartbeat(Collection<JobId> held) {
    Set<JobId> lost = new LinkedHashSet<>();
    Set<JobId> gone = new LinkedHashSet<>();
    for (RedisLane lane : lanes.values()) {
      List<JobId> jobs = held.stream().filter(id -> id.lane() == lane.lane()).toList();
      if (!jobs.isEmpty()) {
        List<JobState> states = lane.heartbeat(jobs.stream().map(JobId::entry).toList());
        for (int at = 0; at < jobs.size(); at++) {
          switch (states.get(at)) {
            case HELD -> {}
            case WAITING -> lost.add(jobs.get(at));
            case GONE -> gone.add(jobs.get(at));
          }
        }
      }
    }
    return lost.isEmpty() && gone.isEmpty() ? NotHeld.NONE : new NotHeld(lost, gone);
  }

  @Override
  public Map<TurnId, JobId> held() {
    Map<TurnId, JobId> held = new LinkedHashMap<>();
    for (RedisLane lane : lanes.values()) {
      lane.held().forEach((entry, turn) -> held.put(turn, new JobId(lane.lane(), entry)));
    }
    return held;
  }

  @Override
  public void done(JobId id) {
    lane(id.lane()).done(id.entry());
  }

  @Override
  public void handOver(JobId id) {
    lane(id.lane()).handOver(id.entry());
  }

  @Override
  public void give(JobId id, String worker) {
    lane(id.lane()).give(id.entry(), worker);
  }

  @Override
  public JobState state(JobId id) {
    return lane(id.lane()).state(id.entry());
  }

  @Override
  public void bury(DeadLetter letter) {
    buried.accept(letter);
    MapRecord<String, String, String> record =
        StreamRecords.string(JobFields.of(letter)).withStreamKey(DeadLetter.STREAM);
    XAddOptions bounded = XAddOptions.maxlen(DeadLetter.KEPT).approximateTrimming(true);
    try {
      connections.calling(
          "bury a job", () -> connections.template().opsForStream().add(record, bounded));
    } catch (StoreUnavailableException e) {
      log.warn("Job {} isn't noted as dead: {}", letter.job(), e.getMessage());
    }
  }

  @Override
  public @Nullable Hold hold(JobId job) {
    return lane(job.lane()).hold(job.entry());
  }

  @Override
  public Map<JobId, Hold> idle(Duration idle, int atMost) {
    Map<JobId, Hold> found = new LinkedHashMap<>();
    lanes.forEach((name, lane) ->
        lane.idle(idle, atMost).forEach((entry, hold) -> found.put(new JobId(name, entry), hold)));
    return found;
  }

  @Override
  public Map<Lane, OfLane> lanes(Duration late) {
    Map<Lane, OfLane> states = new EnumMap<>(Lane.class);
    lanes.forEach((name, lane) -> states.put(name, lane.state(late)));
    return states;
  }

  @Override
  public long deadLetters() {
    return connections.calling(
        "count dead letters",
        () ->
            Objects.requireNonNullElse(
                connections.template().opsForStream().size(DeadLetter.STREAM), 0L));
  }

  @Override
  public Set<TurnId> turns(int atMost) {
    Set<TurnId> turns = new LinkedHashSet<>();
    for (RedisLane lane : lanes.values()) {
      for (MapRecord<String, String, String> record : lane.oldest(atMost)) {
        try {
          turns.add(JobFields.turn(record.getValue()));
        } catch (IllegalArgumentException e) {
          log.debug("Job {} names no turn", record.getId());
        }
      }
    }
    return turns;
  }

  @Override
  public Map<Lane, Depth> depths() {
    Map<Lane, Depth> depths = new EnumMap<>(Lane.class);
    lanes.forEach((name, lane) -> depths.put(name, lane.depth()));
    return depths;
  }

  @Override
  public void removeIdleConsumers(Duration idle) {
    lanes.values().forEach(lane -> lane.removeIdleConsumers(idle));
  }

  private RedisLane lane(Lane lane) {
    RedisLane found = lanes.get(lane);
    if (found == null) {
      throw new StoreUnavailableException("no such lane: " + lane);
    }
    return found;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
