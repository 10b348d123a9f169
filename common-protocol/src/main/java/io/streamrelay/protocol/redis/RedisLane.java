package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.JobFigures;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.JobQueue.Depth;
import io.streamrelay.protocol.job.JobState;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.StoreFullException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.RedisStreamCommands.XClaimOptions;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.PendingMessage;
import org.springframework.data.redis.connection.stream.PendingMessagesSummary;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamReadOptions;
import org.springframework.data.redis.core.StreamOperations;
import org.springframework.data.redis.core.StringRedisTemplate;

/** One job stream and the consumer group on it, as Redis' commands. Thread-safe. */
final class RedisLane {
  private static final String GROUP = "relay-workers";
  private static final String HANDOFF = "handoff";

  /** By what heartbeat.lua answers. */
  private static final List<JobState> RENEWED =
      List.of(JobState.HELD, JobState.WAITING, JobState.GONE);

  /** How many jobs of its own a worker is told of. */
  private static final int MAX_HELD = 1_000;

  /** How many idle entries are looked at to find those idle for longest. */
  private static final int MAX_LOOKED_AT = 200;

  /** How far late jobs are counted. */
  private static final int MAX_STUCK = 1_000;

  private final Lane lane;
  private final String consumer;
  private final RedisConnections connections;
  private final StringRedisTemplate redis;
  private final StreamOperations<String, String, String> commands;
  private final StreamOperations<String, String, String> waitingCommands;

  RedisLane(Lane lane, String consumer, RedisConnections connections) {
    this.lane = lane;
    this.consumer = consumer;
    this.connections = connections;
    this.redis = connections.template();
    this.commands = redis.opsForStream();
    this.waitingCommands = connections.blockingTemplate().opsForStream();
  }

  /** An entry whose holder let the lease end, or gave it back. */
  record Idle(String entry, boolean handedOver) {}

  Lane lane() {
    return lane;
  }

  String add(Map<String, String> fields) {
    return connections.calling("add job", () -> commands.add(lane.stream(), fields).getValue());
  }

  boolean isFull() {
    try {
      connections.calling(
          "look for room", () -> redis.execute(RedisScripts.ROOM, List.of(lane.stream())));
      return false;
    } catch (StoreFullException e) {
      return true;
    }
  }

  /** New entries, at once. */
  List<MapRecord<String, String, String>> take(int atMost) {
    return read(commands, StreamReadOptions.empty().count(atMost));
  }

  /** New entries, waiting for the first. */
  List<MapRecord<String, String, String>> await(int atMost, Duration block) {
    return read(waitingCommands, StreamReadOptions.empty().count(atMost).block(block));
  }

  private List<MapRecord<String, String, String>> read(
      StreamOperations<String, String, String> on, StreamReadOptions options) {
    StreamOffset<String> next = StreamOffset.create(lane.stream(), ReadOffset.lastConsumed());
    return inGroup("claim", () -> on.read(Consumer.from(GROUP, consumer), options, next));
  }

  /**
   * The entries idle for longer than the lease, longest first. XPENDING has them in order of age.
   */
  List<Idle> idle(int atMost) {
    return inGroup(
        "look for idle jobs",
        () ->
            commands
                .pending(
                    lane.stream(),
                    GROUP,
                    Range.unbounded(),
                    Math.max(atMost, MAX_LOOKED_AT),
                    JobQueue.LEASE)
                .stream()
                .sorted(
                    Comparator.comparing(PendingMessage::getElapsedTimeSinceLastDelivery)
                        .reversed())
                .limit(atMost)
                .map(each -> new Idle(each.getIdAsString(), each.getConsumerName().equals(HANDOFF)))
                .toList());
  }

  /**
   * Those of them that are still idle. Entries that were deleted leave the pending entries list.
   */
  List<MapRecord<String, String, String>> reclaim(List<Idle> idle) {
    if (idle.isEmpty()) {
      return List.of();
    }
    RecordId[] entries =
        idle.stream().map(each -> RecordId.of(each.entry())).toArray(RecordId[]::new);
    XClaimOptions options = XClaimOptions.minIdle(JobQueue.LEASE).ids(entries);
    return inGroup("reclaim", () -> commands.claim(lane.stream(), GROUP, consumer, options));
  }

  /** Of each entry: ours (held), there but not ours (waiting), or gone. */
  List<JobState> heartbeat(List<String> entries) {
    Object[] arguments = new Object[entries.size() + 2];
    arguments[0] = GROUP;
    arguments[1] = consumer;
    for (int at = 0; at < entries.size(); at++) {
      arguments[at + 2] = entries.get(at);
    }
    return inGroup(
            "heartbeat",
            () -> redis.execute(RedisScripts.HEARTBEAT, List.of(lane.stream()), arguments))
        .stream()
        .map(answer -> RENEWED.get(((Long) answer).intValue()))
        .toList();
  }

  /** Of each entry that is ours, its turn; entries that name none are left out. */
  Map<String, TurnId> held() {
    List<Object> answer =
        inGroup(
            "look for held jobs",
            () ->
                redis.execute(
                    RedisScripts.HELD,
                    List.of(lane.stream()),
                    GROUP,
                    consumer,
                    Integer.toString(MAX_HELD),
                    JobFields.TURN));
    Map<String, TurnId> held = new LinkedHashMap<>();
    for (int at = 0; at < answer.size(); at += 2) {
      String turn = (String) answer.get(at + 1);
      try {
        held.put((String) answer.get(at), JobFields.turn(Map.of(JobFields.TURN, turn)));
      } catch (IllegalArgumentException e) {
        // nothing that anybody could go on with
      }
    }
    return held;
  }

  void done(String entry) {
    connections.calling(
        "acknowledge",
        () -> redis.execute(RedisScripts.DONE, List.of(lane.stream()), GROUP, entry));
  }

  /** Its lease is over at once. */
  void handOver(String entry) {
    give("hand over", entry, HANDOFF, JobQueue.LEASE);
  }

  void give(String entry, String worker) {
    give("give away", entry, worker, Duration.ZERO);
  }

  private void give(String what, String entry, String to, Duration idle) {
    inGroup(
        what,
        () ->
            redis.execute(
                RedisScripts.GIVE,
                List.of(lane.stream()),
                GROUP,
                consumer,
                to,
                Long.toString(idle.toMillis()),
                entry));
  }

  JobState state(String entry) {
    Range<String> only = Range.closed(entry, entry);
    return inGroup(
        "look at a job",
        () -> {
          if (commands.range(lane.stream(), only, Limit.limit().count(1)).isEmpty()) {
            return JobState.GONE;
          }
          boolean pending = !commands.pending(lane.stream(), GROUP, only, 1).isEmpty();
          return pending ? JobState.HELD : JobState.WAITING;
        });
  }

  /** Null if nobody holds it. */
  HeldJobs.@Nullable Hold hold(String entry) {
    return inGroup(
        "look at a job",
        () ->
            commands.pending(lane.stream(), GROUP, Range.closed(entry, entry), 1).stream()
                .map(RedisLane::hold)
                .findFirst()
                .orElse(null));
  }

  /** By entry: those not renewed for {@code idle}. */
  Map<String, HeldJobs.Hold> idle(Duration idle, int atMost) {
    Map<String, HeldJobs.Hold> found = new LinkedHashMap<>();
    inGroup(
            "look for idle jobs",
            () -> commands.pending(lane.stream(), GROUP, Range.unbounded(), atMost, idle))
        .forEach(each -> found.put(each.getIdAsString(), hold(each)));
    return found;
  }

  private static HeldJobs.Hold hold(PendingMessage message) {
    return new HeldJobs.Hold(
        message.getConsumerName(),
        message.getElapsedTimeSinceLastDelivery(),
        message.getTotalDeliveryCount());
  }

  /** The entries there are, oldest first; what is done with is deleted, so all of them are live. */
  List<MapRecord<String, String, String>> oldest(int atMost) {
    return connections.calling(
        "look through jobs",
        () -> commands.range(lane.stream(), Range.unbounded(), Limit.limit().count(atMost)));
  }

  /** Waiting is length less pending: the group's lag is unknown after any deletion out of order. */
  Depth depth() {
    return inGroup(
        "count jobs",
        () -> {
          PendingMessagesSummary pending = commands.pending(lane.stream(), GROUP);
          long busy = pending == null ? 0 : pending.getTotalPendingMessages();
          return new Depth(Math.max(0, commands.size(lane.stream()) - busy), busy);
        });
  }

  JobFigures.OfLane state(Duration late) {
    String lateMillis = Long.toString(JobQueue.LEASE.plus(late).toMillis());
    List<Object> state =
        inGroup(
            "look at a lane",
            () ->
                redis.execute(
                    RedisScripts.STATE,
                    List.of(lane.stream()),
                    GROUP,
                    lateMillis,
                    Integer.toString(MAX_STUCK)));
    return new JobFigures.OfLane(
        (Long) state.get(0),
        (Long) state.get(1),
        Duration.ofMillis((Long) state.get(2)),
        (Long) state.get(3));
  }

  void removeIdleConsumers(Duration idle) {
    String millis = Long.toString(idle.toMillis());
    inGroup(
        "remove idle consumers",
        () ->
            redis.execute(
                RedisScripts.REMOVE_IDLE_CONSUMERS, List.of(lane.stream()), GROUP, millis));
  }

  /** Runs it; if stream or group is missing, as after a flush, makes both and runs it again. */
  private <T> T inGroup(String what, Supplier<T> call) {
    return connections.calling(
        what,
        () -> {
          try {
            return call.get();
          } catch (DataAccessException e) {
            if (!isGone(e)) {
              throw e;
            }
            makeGroup();
            return call.get();
          }
        });
  }

  /** The second is XINFO's word for it, the third what a waiting read is told. */
  private static boolean isGone(DataAccessException e) {
    return RedisFaults.mentions(e, "NOGROUP")
        || RedisFaults.mentions(e, "no such key")
        || RedisFaults.mentions(e, "key no longer exists");
  }

  private void makeGroup() {
    try {
      commands.createGroup(lane.stream(), ReadOffset.from("0"), GROUP);
    } catch (DataAccessException e) {
      if (!RedisFaults.mentions(e, "BUSYGROUP")) {
        throw e;
      }
    }
  }
}
