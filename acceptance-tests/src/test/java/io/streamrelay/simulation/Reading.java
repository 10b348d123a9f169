package io.streamrelay.simulation;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.Reader;
import io.streamrelay.gateway.tail.Sink;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads one turn, or a session. Its connection drops, its gateway dies, its socket is
 * full; it comes back with the cursor it has, on any gateway.
 */
final class Reading {
  private final World world;
  private final String name;
  private final Wish wish;
  private final Supplier<Gateway> anyGateway;
  private final Host client;
  private final List<Entry> seen = new ArrayList<>();
  private final Map<TurnId, Told> told = new HashMap<>();
  private @Nullable EntryId cursor;
  private long placedAt;
  private @Nullable Connection connection;
  private @Nullable Terminal unrun;
  private boolean finished;
  private boolean over;

  Reading(World world, String name, Wish wish, Supplier<Gateway> anyGateway) {
    this.world = world;
    this.name = name;
    this.wish = wish;
    this.cursor = wish.cursor();
    this.anyGateway = anyGateway;
    this.client = new Host(world.scheduler, name);
  }

  String name() {
    return name;
  }

  Wish wish() {
    return wish;
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
    if (finished || over || connection != null) {
      return;
    }
    Gateway gateway = anyGateway.get();
    Connection made = new Connection(gateway.host());
    connection = made;
    world.trace(() -> name + " connects to " + gateway.host().name() + " at " + cursor);
    gateway.read(wish.session(), wish.turn(), cursor, wish.follow(), made);
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
      if (seen.isEmpty()) {
        placedAt = world.now();
      }
      reader = hub.attach(attachment, this);
      if (lost) {
        reader.close(CloseReason.DISCONNECTED);
      } else {
        reader.ready(); // may have been due before it was known
      }
    }

    @Override
    public void nothing() {
      if (lost) {
        return;
      }
      if (wish.turn() != null && (wish.whole() || !seen.isEmpty())) {
        world.violation("I2 a turn's reader was told that nothing is left", () -> name);
      } else if (wish.follow()) {
        world.violation("a following reader was told that nothing is left", () -> name);
      }
      over = wish.turn() != null;
      placedAt = seen.isEmpty() ? world.now() : placedAt;
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
    public void write(Delivery delivery) {
      Entry entry = delivery.entry();
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
      finished = wish.turn() != null && entry.event() instanceof Terminal;
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
      if (reason == CloseReason.FINISHED && wish.turn() != null) {
        if (!finished && !world.wasDeleted(wish.session())) {
          world.violation("I2 a turn's reader finished without its terminal", () -> name);
        }
      } else if (reason == CloseReason.FINISHED
          && wish.follow()
          && !world.wasDeleted(wish.session())) {
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
    if (end == null || look.view().endedAt() == null || (wish.turn() == null && perhapsUnrun)) {
      return Duration.ZERO;
    }
    long ended = look.view().endedAt().toEpochMilli() * 1_000_000;
    return Duration.ofNanos(end.at - Math.max(ended, end.connectedAt));
  }

  /** Whether this turn's end must reach it: of a turn among those it reads, after it came. */
  boolean isOwed(Look look) {
    if (!look.view().session().equals(wish.session()) || over || look.deleted()) {
      return false;
    }
    if (wish.turn() != null) {
      return wish.turn().equals(look.view().id());
    }
    if (world.wasDeleted(wish.session())) {
      return hasBegun(look.view().id());
    }
    Long finalEpoch = look.finalEpoch();
    if (wish.whole() || finalEpoch == null) {
      return wish.whole();
    }
    if (wish.cursor() != null && !Wish.isUnknown(wish.cursor())) {
      return finalEpoch > wish.cursor().epoch();
    }
    Instant endedAt = look.view().endedAt();
    return placedAt != 0 && endedAt != null && endedAt.toEpochMilli() * 1_000_000 >= placedAt;
  }

  private boolean hasBegun(TurnId id) {
    return seen.stream()
        .anyMatch(entry -> entry.event() instanceof UserMessage user && user.turn().equals(id));
  }

  /** Whether it has the turn's terminal. */
  boolean hasTerminalOf(TurnId id) {
    return unrun != null && unrun.turn().equals(id)
        || seen.stream()
            .anyMatch(entry -> entry.event() instanceof Terminal end && end.turn().equals(id));
  }
}
