package io.streamrelay.simulation;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.Reader;
import io.streamrelay.gateway.tail.Sink;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads one turn, or a whole session from its beginning. Its connection drops, its
 * gateway dies, its socket is full; it comes back with the cursor it has, on any gateway.
 */
final class Reading {
  private final World world;
  private final String name;
  private final SessionKey session;
  private final @Nullable TurnId turn;
  private final boolean follow;
  private final Supplier<Gateway> anyGateway;
  private final Host client;
  private final List<Entry> seen = new ArrayList<>();
  private final Map<TurnId, Told> told = new HashMap<>();
  private EntryId cursor = EntryId.ZERO;
  private @Nullable Connection connection;
  private @Nullable Terminal unrun;
  private boolean finished;

  /**
   * @param turn only this one; null: the session
   * @param follow of a session: the stream isn't to end; else the client comes back when it did
   */
  Reading(
      World world,
      String name,
      SessionKey session,
      @Nullable TurnId turn,
      boolean follow,
      Supplier<Gateway> anyGateway) {
    this.world = world;
    this.name = name;
    this.session = session;
    this.turn = turn;
    this.follow = follow;
    this.anyGateway = anyGateway;
    this.client = new Host(world.scheduler, name);
  }

  String name() {
    return name;
  }

  SessionKey session() {
    return session;
  }

  @Nullable TurnId turn() {
    return turn;
  }

  /** What the client was given, in order. */
  List<Entry> seen() {
    return seen;
  }

  /** The terminal of its turn, if that ended while it waited. */
  @Nullable Terminal unrun() {
    return unrun;
  }

  void startAfter(Duration delay) {
    world.scheduler.after(delay, client, this::connect);
  }

  /** Its gateway died, or its connection broke. */
  void drop() {
    if (connection != null) {
      connection.lose();
    }
  }

  private void connect() {
    if (finished || connection != null) {
      return;
    }
    Gateway gateway = anyGateway.get();
    Connection made = new Connection(gateway.host());
    connection = made;
    world.trace(() -> name + " connects to " + gateway.host().name() + " at " + cursor);
    EntryId after = turn != null && seen.isEmpty() ? null : cursor;
    gateway.read(session, turn, after, follow, made);
    gateway.host().atDeath(made::lose);
  }

  /** One connection, seen from its gateway. */
  private final class Connection implements Sink, Gateway.Answered {
    private final Host gateway;
    private @Nullable Reader reader;
    private final long connectedAt = world.now();
    private boolean full;
    private boolean lost;

    Connection(Host gateway) {
      this.gateway = gateway;
    }

    @Override
    public void stream(Hub hub, Attachment attachment) {
      reader = hub.attach(attachment, this);
      if (lost) {
        reader.close(CloseReason.DISCONNECTED);
      } else {
        reader.ready(); // may have been due before it was known
      }
    }

    @Override
    public void nothing() {
      if (!lost && turn != null) {
        world.violation("I2 a turn's reader was told that nothing is left", () -> name);
      } else if (!lost && follow) {
        world.violation("a following reader was told that nothing is left", () -> name);
      }
      problem();
    }

    @Override
    public void problem() {
      if (!lost) {
        lost = true;
        connection = null;
        reconnect();
      }
    }

    @Override
    public boolean isReady() {
      return !full;
    }

    @Override
    public void write(Entry entry) {
      if (lost) {
        return;
      }
      if (full) {
        world.violation("sink written to while it was full", () -> name);
      }
      take(entry);
      if (world.chance.happens(Fault.READER_DROP)) {
        lose();
      } else if (world.chance.happens(Fault.READER_SLOW)) {
        fill();
      }
    }

    private void take(Entry entry) {
      if (!world.on(Rule.DELIVERED_ONCE) && world.chance.between(1, 300) == 1) {
        return;
      }
      world.trace(() -> "      " + name + " <- " + entry);
      seen.add(entry);
      cursor = entry.id();
      finished = turn != null && entry.event() instanceof Terminal;
      if (entry.event() instanceof Terminal terminal) {
        told.put(terminal.turn(), new Told(connectedAt, world.now()));
      }
    }

    @Override
    public void writeUnrun(Terminal terminal) {
      if (!lost) {
        world.trace(() -> "      " + name + " <- unrun " + terminal);
        unrun = terminal;
        finished = true;
      }
    }

    @Override
    public void close(CloseReason reason) {
      if (lost) {
        return;
      }
      world.trace(() -> name + " closed: " + reason);
      lost = true;
      connection = null;
      if (reason == CloseReason.FINISHED && turn != null) {
        if (!finished) {
          world.violation("I2 a turn's reader finished without its terminal", () -> name);
        }
      } else if (reason == CloseReason.FINISHED && follow) {
        world.violation("a following reader was finished", () -> name);
      } else {
        reconnect();
      }
    }

    /** The client is gone from here; the gateway notices a little later. */
    void lose() {
      if (lost) {
        return;
      }
      lost = true;
      connection = null;
      world.scheduler.after(
          world.chance.latency(), gateway, () -> gateway.start("drop", this::end));
      reconnect();
    }

    private void end() {
      if (reader != null) {
        reader.close(CloseReason.DISCONNECTED);
      }
    }

    private void fill() {
      full = true;
      Duration until = world.chance.between(Duration.ofMillis(1), Duration.ofSeconds(3));
      world.scheduler.after(until, gateway, () -> gateway.start("ready", this::drain));
    }

    private void drain() {
      full = false;
      if (reader != null) {
        reader.ready();
      }
    }

    private void reconnect() {
      Duration pause = world.chance.between(Duration.ofMillis(50), Duration.ofSeconds(3));
      world.scheduler.after(pause, client, Reading.this::connect);
    }
  }

  /**
   * @param connectedAt since when the connection was there over which it came
   */
  private record Told(long connectedAt, long at) {}

  /** How long it was connected, PostgreSQL knew of the turn's end, and it did not. */
  Duration waitedForEndOf(Look look) {
    Told end = told.get(look.view().id());
    boolean perhapsUnrun = look.view().attempts().isEmpty(); // told when its turn comes
    if (end == null || look.view().endedAt() == null || (turn == null && perhapsUnrun)) {
      return Duration.ZERO;
    }
    long ended = look.view().endedAt().toEpochMilli() * 1_000_000;
    return Duration.ofNanos(end.at - Math.max(ended, end.connectedAt));
  }

  /** Whether it has the turn's terminal. */
  boolean hasTerminalOf(TurnId id) {
    return unrun != null && unrun.turn().equals(id)
        || seen.stream()
            .anyMatch(entry -> entry.event() instanceof Terminal end && end.turn().equals(id));
  }
}
