package io.streamrelay.worker.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Destinations;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.OutboxStore;
import io.streamrelay.worker.chunk.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PublisherTest {
  private static final Duration LONG = Duration.ofMinutes(6);

  private final ManualTime time = new ManualTime();
  private final InMemoryTurns turns =
      new InMemoryTurns(
          () -> time.nanos() / 1_000_000, new Destinations(Set.of(Destinations.KAFKA)));
  private final OutboxStore store = turns.outboxStore();
  private final Ends ends = new Ends(turns);
  private final ScriptedDestination kafka = new ScriptedDestination();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Publisher publisher = publisher(store, kafka);

  private Publisher publisher(OutboxStore store, Destination destination) {
    return new Publisher(
        store, destination, time, () -> 1.0, new PublisherMeters(meters, destination.name()));
  }

  private Map<String, List<UUID>> endSome(int sessions, int turnsEach) {
    Map<String, List<UUID>> ended = new HashMap<>();
    for (int turn = 0; turn < turnsEach; turn++) {
      for (int session = 0; session < sessions; session++) {
        ended.computeIfAbsent("s" + session, name -> new ArrayList<>()).add(ends.in("s" + session));
      }
    }
    return ended;
  }

  private static Map<String, List<UUID>> bySession(List<OutboxEvent> events) {
    Map<String, List<UUID>> turns = new HashMap<>();
    events.forEach(event ->
        turns.computeIfAbsent(event.session(), name -> new ArrayList<>()).add(event.turn()));
    return turns;
  }

  private double counted(String outcome) {
    return meters.get("relay.outbox.published").tag("outcome", outcome).counter().count();
  }

  private long rows() {
    return turns.outbox().rows();
  }

  @Test
  void round_deliversAllOfEachSessionInTheOrderOfItsEnds() {
    Map<String, List<UUID>> ended = endSome(3, 4);
    time.advance(Duration.ofSeconds(2));

    publisher.round();

    assertThat(bySession(kafka.given())).isEqualTo(ended);
    assertThat(kafka.calls)
        .allSatisfy(
            call -> assertThat(call).extracting(OutboxEvent::session).doesNotHaveDuplicates());
    assertThat(rows()).isZero();
    assertThat(counted("delivered")).isEqualTo(12);
    assertThat(meters.get("relay.outbox.delay").timer().mean(TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void round_aRowThatFailsKeepsBackItsSessionAndNoOther() {
    Map<String, List<UUID>> ended = endSome(2, 3);
    UUID first = ended.get("s0").getFirst();
    kafka.script =
        event ->
            event.turn().equals(first) && event.attempts() < 2
                ? new Delivery.Later("no", null)
                : new Delivery.Done();

    publisher.round();
    assertThat(bySession(kafka.given()).get("s1")).isEqualTo(ended.get("s1"));
    assertThat(bySession(kafka.given()).get("s0")).containsExactly(first);
    assertThat(rows()).isEqualTo(3);

    for (int i = 0; i < 3; i++) {
      time.advance(Duration.ofSeconds(2));
      publisher.round();
    }
    List<UUID> given = bySession(kafka.given()).get("s0");
    assertThat(given.subList(0, 3)).containsOnly(first);
    assertThat(given.subList(2, 5)).isEqualTo(ended.get("s0"));
    assertThat(rows()).isZero();
    assertThat(counted("retried")).isEqualTo(2);
  }

  @Test
  void round_whoTakesNothingIsLeftAloneAndThenTriedWithOne() {
    kafka.script = ScriptedDestination.TAKES_NOTHING;
    endSome(5, 2);

    publisher.round();
    publisher.round();
    assertThat(kafka.calls).hasSize(1);
    assertThat(kafka.calls.getFirst()).hasSize(5);

    for (int i = 1; i <= 600; i++) {
      time.advance(Duration.ofSeconds(1));
      publisher.round();
    }
    assertThat(kafka.calls).hasSizeBetween(20, 30);
    assertThat(kafka.calls.subList(1, kafka.calls.size()))
        .allSatisfy(call -> assertThat(call).hasSize(1));
    assertThat(rows()).isEqualTo(10);

    kafka.script = ScriptedDestination.TAKES_ALL;
    time.advance(LONG);
    publisher.round();
    assertThat(rows()).isZero();
    assertThat(kafka.calls.getLast()).hasSizeGreaterThan(1);
  }

  @Test
  void round_whatIsNeverTakenGoesAndLetsItsSessionGoOn() {
    Map<String, List<UUID>> ended = endSome(1, 2);
    kafka.script =
        event ->
            event.turn().equals(ended.get("s0").getFirst())
                ? new Delivery.Never("too large")
                : new Delivery.Done();

    publisher.round();

    assertThat(rows()).isZero();
    assertThat(counted("dropped")).isEqualTo(1);
    assertThat(counted("delivered")).isEqualTo(1);
  }

  @Test
  void round_whoAsksToBeLeftAloneIsButNotForEver() {
    endSome(1, 1);
    kafka.script = event -> new Delivery.Later("busy", Duration.ofSeconds(45));
    publisher.round();
    time.advance(Duration.ofSeconds(44));
    publisher.round();
    assertThat(kafka.calls).hasSize(1);

    kafka.script = event -> new Delivery.Later("busy", Duration.ofDays(400));
    time.advance(Duration.ofSeconds(1));
    publisher.round();
    time.advance(LONG);
    publisher.round();
    assertThat(kafka.calls).hasSize(3);
  }

  @Test
  void round_aFaultOfTheDestinationIsAFailedDelivery() {
    endSome(1, 1);
    kafka.script =
        event -> {
          throw new IllegalStateException("a fault");
        };

    publisher.round();
    publisher.round();

    assertThat(kafka.calls).hasSize(1);
    assertThat(rows()).isEqualTo(1);
    assertThat(counted("retried")).isEqualTo(1);
  }

  @Test
  void round_whatWasSentButNotMarkedIsSentAgainTheSame() {
    Map<String, List<UUID>> ended = endSome(1, 2);
    Publisher dying = publisher(new Unremovable(store), kafka);

    dying.round();
    publisher.round();
    assertThat(kafka.given()).hasSize(1);
    time.advance(Publisher.lease(kafka));
    publisher.round();

    List<OutboxEvent> given = kafka.given();
    assertThat(given.get(1)).isEqualTo(given.get(0));
    assertThat(given.subList(1, 3)).extracting(OutboxEvent::turn).isEqualTo(ended.get("s0"));
  }

  /** As if PostgreSQL went away, or this process, before anything could be noted. */
  private record Unremovable(OutboxStore of) implements OutboxStore {
    @Override
    public List<Row> take(String destination, int atMost, Duration lease) {
      return of.take(destination, atMost, lease);
    }

    @Override
    public void remove(Collection<Row> rows) {
      throw new StoreUnavailableException("away");
    }

    @Override
    public void putOff(Row row, Duration delay) {
      throw new StoreUnavailableException("away");
    }
  }

  @Test
  void round_ofTwoWorkersAtOnceGivesASessionToOneOfThem() {
    Map<String, List<UUID>> ended = endSome(2, 2);
    ScriptedDestination other = new ScriptedDestination();
    Publisher second = publisher(store, other);
    kafka.script =
        event -> {
          second.round();
          return new Delivery.Done();
        };

    publisher.round();

    assertThat(other.given()).isEmpty();
    assertThat(bySession(kafka.given())).isEqualTo(ended);
  }

  @Test
  void round_interruptedLeavesWhatItTookToItsLease() {
    endSome(1, 1);
    kafka.script =
        event -> {
          throw new InterruptedException();
        };

    publisher.round();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(rows()).isEqualTo(1);
    kafka.script = ScriptedDestination.TAKES_ALL;
    publisher.round();
    assertThat(rows()).isEqualTo(1);
    time.advance(Publisher.lease(kafka));
    publisher.round();
    assertThat(rows()).isZero();
  }
}
