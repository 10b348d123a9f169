package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Redis with its faults: session streams, job streams and push over the in-memory twins. It
 * goes back to one of its last states, is flushed, full, away, loses answers.
 *
 * <p>Not thread-safe: owned by the scheduler's carrier.
 */
final class SimulatedRedis {
  private static final int STATES = 12;

  private static final Set<String> GROWING = Set.of("open", "add", "isFull");
  private static final Set<String> ENDING = Set.of("mark", "close");

  private static final Set<String> READING =
      Set.of("read", "lastIds", "state", "held", "turns", "depths", "heartbeat", "keep");

  private final World world;
  private final RedisTwins twins;
  private final List<SessionKey> sessions;
  private final StreamCheck check;
  private final Pushes pushes;
  private final Deque<RedisTwins.State> states = new ArrayDeque<>();
  private final List<FaultyPushes> subscribers = new ArrayList<>();
  private final Map<String, Listening> listening = new HashMap<>();
  private final Set<TurnId> unprovable = new HashSet<>();
  private RedisTwins.State state;
  private int generation;
  private long fullUntil;
  private long awayUntil;

  SimulatedRedis(World world, RedisTwins twins, List<SessionKey> sessions, StreamCheck check) {
    this.sessions = sessions;
    this.check = check;
    this.world = world;
    this.twins = twins;
    this.pushes = new Pushes(world);
    sessions.forEach(session -> twins.onPush(session, pushes::pushed));
    this.state = twins.state();
  }

  RedisTwins twins() {
    return twins;
  }

  // --- what hosts see

  SessionStream stream(Host host) {
    return new Calls(host).of(SessionStream.class, twins.stream());
  }

  JobQueue jobs(Host host, String consumer) {
    JobQueue queue = new Calls(host).of(JobQueue.class, twins.jobs(consumer));
    return new PatientJobQueue(queue, new HostTime(world.scheduler, host));
  }

  SessionAppender appender(Host host) {
    SessionAppender faulty = new FaultyAppender(world, host, this);
    SessionAppender appender =
        world.off().isEmpty() ? faulty : new BrokenAppender(world, host, this, faulty);
    return new AppendCheck(world, appender, unprovable);
  }

  PushSubscriber subscriber(Host host) {
    FaultyPushes subscriber = new FaultyPushes(world, host, this, pushes);
    subscribers.add(subscriber);
    host.atDeath(() -> {
      subscriber.close();
      subscribers.remove(subscriber);
    });
    return subscriber;
  }

  ControlPush control(Host host) {
    return new FaultyControl(host);
  }

  Pushes pushes() {
    return pushes;
  }

  /** The entry that was last in the stream when this one was added to it. */
  EntryId previous(Entry entry) {
    return check.previous(entry);
  }

  /** Turns whose {@code done} proved false: their provider may be called again. */
  Set<TurnId> unprovable() {
    return unprovable;
  }

  // --- faults

  /** Back to one of the last states: what was acknowledged since is lost, connections break. */
  void failOver() {
    world.trace(() -> "FAILOVER");
    if (!states.isEmpty()) {
      List<RedisTwins.State> last = new ArrayList<>(states);
      twins.restore(world.chance.oneOf(last));
      lookAnew();
    }
    generation++;
    for (FaultyPushes subscriber : subscribers) {
      if (world.chance.coin()) {
        subscriber.interrupt();
      }
    }
  }

  void flush() {
    world.trace(() -> "FLUSHALL");
    twins.flush();
    lookAnew();
  }

  private void lookAnew() {
    states.clear();
    state = twins.state();
    sessions.forEach(session -> check.lookedAnew(session, twins.entries(session)));
  }

  /** A piece of text is gone, not the last; only of text a {@code done} has proof. */
  void loseEntry() {
    SessionKey session = world.chance.oneOf(sessions);
    List<Entry> chunks =
        twins.entries(session).stream()
            .filter(entry -> entry.event() instanceof StreamEvent.Text)
            .toList();
    if (chunks.size() > 1) {
      Entry lost = world.chance.oneOf(chunks.subList(0, chunks.size() - 1));
      world.trace(() -> "LOST " + session + " " + lost);
      twins.lose(session, lost.id());
      lookAnew();
      check.hasHoles();
    }
  }

  void fullFor(Duration duration) {
    world.trace(() -> "FULL for " + duration);
    fullUntil = Math.max(fullUntil, world.now() + duration.toNanos());
  }

  void awayFor(Duration duration) {
    world.trace(() -> "REDIS AWAY for " + duration);
    awayUntil = world.now() + duration.toNanos();
    generation++;
  }

  /** A gateway's subscriber connection breaks. */
  void unsubscribeOne() {
    if (!subscribers.isEmpty()) {
      world.chance.oneOf(subscribers).interrupt();
    }
  }

  // --- rules for calls

  int generation() {
    return generation;
  }

  boolean isAway() {
    return world.chance.faults() && world.now() < awayUntil;
  }

  void refuseIfAway() {
    if (isAway()) {
      throw new StoreUnavailableException("simulated: Redis is away");
    }
  }

  void refuseIfFull() {
    if (world.now() < fullUntil || world.chance.happens(Fault.FULL)) {
      throw new StoreFullException("simulated: OOM command not allowed");
    }
  }

  /** A call that may have changed something took place: what was before can come back. */
  void changed() {
    states.add(state);
    if (states.size() > STATES) {
      states.remove();
    }
    state = twins.state();
    sessions.forEach(session -> check.changed(session, twins.entries(session)));
  }

  private final class Calls extends StoreCalls {
    Calls(Host host) {
      super(world, host, "redis");
    }

    @Override
    Trip depart(String method) {
      refuseIfAway();
      boolean ending = !world.on(Rule.ALLOW_OOM) && ENDING.contains(method);
      if (GROWING.contains(method) || ending) {
        refuseIfFull();
      }
      boolean lost = world.chance.happens(Fault.REDIS_REPLY_LOST);
      boolean onTheWay = lost && world.chance.coin();
      return new Trip(onTheWay, lost && !onTheWay, generation);
    }

    @Override
    void took(String method, Object @Nullable [] arguments, @Nullable Object answer) {
      boolean nothing = answer instanceof Collection<?> found && found.isEmpty();
      if (!READING.contains(method) && !(nothing && method.endsWith("claim"))) {
        changed();
      }
    }

    @Override
    boolean isBroken(Trip trip) {
      return trip.generation() != generation;
    }
  }

  /** What gateways tell workers: lost as often as other pushes. */
  private final class FaultyControl implements ControlPush {
    private final Host host;

    FaultyControl(Host host) {
      this.host = host;
    }

    @Override
    public void interrupt(String worker, TurnId turn) {
      Listening to = listening.get(worker);
      if (to != null && !isAway() && !world.chance.happens(Fault.PUSH_LOST)) {
        world.scheduler.after(
            world.chance.latency(),
            to.host,
            () -> to.host.start("control", () -> to.listener.accept(turn)));
      }
    }

    @Override
    public void subscribe(String worker, Consumer<TurnId> listener) {
      listening.put(worker, new Listening(host, listener));
    }
  }

  private record Listening(Host host, Consumer<TurnId> listener) {}
}
