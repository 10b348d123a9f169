package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The outbox in memory, the same answers as PostgreSQL. Thread-safe. */
final class InMemoryOutbox implements OutboxStore {
  private static final String SOURCE = "stream-relay";

  private final LongSupplier clockMillis;
  private final Destinations destinations;
  private final Map<Long, Held> rows = new TreeMap<>(); // guarded by this
  private long lastId; // guarded by this

  InMemoryOutbox(LongSupplier clockMillis, Destinations destinations) {
    this.clockMillis = clockMillis;
    this.destinations = destinations;
  }

  private record Held(String destination, Row row, Instant notBefore) {}

  /** A session of one destination. */
  private record Line(String destination, SessionKey session) {}

  synchronized void write(TurnView turn) {
    for (String destination : destinations.names()) {
      TurnEvent event = TurnEvent.of(turn, SOURCE);
      Row row =
          new Row(
              ++lastId,
              turn.id(),
              turn.session(),
              event.type(),
              TurnJson.write(event),
              now(),
              Duration.ZERO,
              0);
      rows.put(row.id(), new Held(destination, row, Instant.MIN));
    }
  }

  synchronized void forget(TurnId turn) {
    rows.values().removeIf(held -> held.row().turn().equals(turn));
  }

  synchronized SweepStore.Outbox figures() {
    Duration oldest =
        rows.values().stream().findFirst().map(held -> age(held.row())).orElse(Duration.ZERO);
    return new SweepStore.Outbox(rows.size(), oldest);
  }

  @Override
  public synchronized List<Row> take(String destination, int atMost, Duration lease) {
    List<Row> taken = new ArrayList<>();
    Set<Line> seen = new HashSet<>();
    for (Held held : List.copyOf(rows.values())) {
      boolean first = seen.add(new Line(held.destination(), held.row().session()));
      if (first
          && taken.size() < atMost
          && held.destination().equals(destination)
          && !held.notBefore().isAfter(now())) {
        Row row = held.row();
        rows.put(row.id(), new Held(destination, row, now().plus(lease)));
        taken.add(copy(row, age(row), row.attempts()));
      }
    }
    return taken;
  }

  @Override
  public synchronized void remove(Collection<Row> gone) {
    gone.forEach(row -> rows.remove(row.id()));
  }

  @Override
  public synchronized void putOff(Row row, Duration delay) {
    rows.computeIfPresent(
        row.id(),
        (id, held) ->
            new Held(
                held.destination(),
                copy(held.row(), Duration.ZERO, held.row().attempts() + 1),
                now().plus(delay)));
  }

  private static Row copy(Row row, Duration age, int attempts) {
    return new Row(
        row.id(),
        row.turn(),
        row.session(),
        row.type(),
        row.json(),
        row.createdAt(),
        age,
        attempts);
  }

  private Duration age(Row row) {
    return Duration.between(row.createdAt(), now());
  }

  private Instant now() {
    return Instant.ofEpochMilli(clockMillis.getAsLong());
  }
}
