package io.streamrelay.worker.outbox;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.OutboxStore;
import io.streamrelay.protocol.turn.OutboxStore.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows of the outbox to one destination: takes them, delivers, removes what was delivered.
 * Cut short between any two, they are delivered again. A row that fails keeps back its session; a
 * destination that takes nothing at all is left alone for longer and longer, and then tried with
 * one row.
 *
 * <p>Threads: one calls {@link #round}; interrupting it ends the round.
 */
final class Publisher {
  static final int BATCH = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(10);
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);

  private final OutboxStore store;
  private final Destination destination;
  private final Time time;
  private final BackOff backOff;
  private final PublisherMeters meters;
  private int fruitless; // deliveries in a row of which nothing came
  private long restsUntilNanos;

  /**
   * @param random from 0 to 1, for the back-off
   */
  Publisher(
      OutboxStore store,
      Destination destination,
      Time time,
      DoubleSupplier random,
      PublisherMeters meters) {
    this.store = store;
    this.destination = destination;
    this.time = time;
    this.backOff = new BackOff(random);
    this.meters = meters;
    this.restsUntilNanos = time.nanos();
  }

  /** Longer than a delivery takes, and the removal of what was delivered. */
  static Duration lease(Destination destination) {
    return destination.longest().plusSeconds(2);
  }

  /** Delivers what there is, for a bounded time. A store that doesn't answer is left for later. */
  void round() {
    long began = time.nanos();
    if (began - restsUntilNanos < 0) {
      return;
    }
    try {
      boolean goesOn;
      do {
        goesOn = deliverSome();
      } while (goesOn && time.nanos() - began < LONGEST_ROUND.toNanos());
    } catch (StoreUnavailableException e) {
      LOG.debug("outbox left for later: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers whether there may be more. */
  private boolean deliverSome() throws InterruptedException {
    List<Row> rows = store.take(destination.name(), fruitless == 0 ? BATCH : 1, lease(destination));
    if (rows.isEmpty()) {
      return false;
    }
    long taken = time.nanos();
    List<Delivery> deliveries = deliver(rows);
    if (deliveries.stream().allMatch(Delivery.Later.class::isInstance)) {
      rest(deliveries);
    } else {
      goOn();
    }
    settle(rows, deliveries, Duration.ofNanos(time.nanos() - taken));
    return fruitless == 0;
  }

  /** A fault of the destination's is a failed delivery too, or it would be met again at once. */
  private List<Delivery> deliver(List<Row> rows) throws InterruptedException {
    try {
      List<Delivery> deliveries = destination.deliver(rows.stream().map(Publisher::event).toList());
      if (deliveries.size() == rows.size()) {
        return deliveries;
      }
      LOG.error("{}: {} answers to {} events", destination.name(), deliveries.size(), rows.size());
    } catch (RuntimeException e) {
      LOG.error("{} failed", destination.name(), e);
    }
    return rows.stream().<Delivery>map(row -> new Delivery.Later("a fault of ours", null)).toList();
  }

  private static OutboxEvent event(Row row) {
    return new OutboxEvent(
        row.turn().value(),
        row.session().owner().id(),
        row.session().session().value(),
        row.type(),
        row.json(),
        row.createdAt(),
        row.attempts());
  }

  private void rest(List<Delivery> deliveries) {
    Duration rest = backOff.after(fruitless, LONGEST_REST);
    String why = "";
    for (Delivery delivery : deliveries) {
      if (delivery instanceof Delivery.Later(String reason, Duration notBefore)) {
        why = reason;
        rest = longer(rest, notBefore);
      }
    }
    if (fruitless++ == 0) {
      LOG.warn("outbox: {} takes nothing for now ({}); events are kept for it", name(), why);
    }
    restsUntilNanos = time.nanos() + rest.toNanos();
  }

  private void goOn() {
    if (fruitless > 0) {
      LOG.info("outbox: {} takes events again", name());
    }
    fruitless = 0;
  }

  private void settle(List<Row> rows, List<Delivery> deliveries, Duration took) {
    List<Row> gone = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      switch (deliveries.get(i)) {
        case Delivery.Done() -> {
          meters.delivered(row.age().plus(took));
          gone.add(row);
        }
        case Delivery.Never(String why) -> {
          meters.dropped();
          LOG.warn("outbox: {} never takes the end of turn {} ({})", name(), row.turn(), why);
          gone.add(row);
        }
        case Delivery.Later later -> meters.retried();
      }
    }
    store.remove(gone);
    for (int i = 0; i < rows.size(); i++) {
      if (deliveries.get(i) instanceof Delivery.Later(String why, Duration notBefore)) {
        Row row = rows.get(i);
        store.putOff(row, longer(backOff.after(row.attempts(), LONGEST_DELAY), notBefore));
      }
    }
  }

  /** Of what the destination asks for no more than is reasonable. */
  private static Duration longer(Duration ours, @Nullable Duration asked) {
    Duration theirs = asked == null || asked.compareTo(LONGEST_DELAY) < 0 ? asked : LONGEST_DELAY;
    return theirs == null || theirs.compareTo(ours) < 0 ? ours : theirs;
  }

  private String name() {
    return destination.name();
  }
}
