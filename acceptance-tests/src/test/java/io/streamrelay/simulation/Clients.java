package io.streamrelay.simulation;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import io.streamrelay.protocol.turn.OnBusy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Those who submit and read. A session has a few turns, at any time or all at once, and is read by
 * several devices: from the beginning at once, later, and after the storm; from where they come in;
 * from a cursor that is nobody's. Each turn is read alone too, once its id is known: at once,
 * later, and from a cursor.
 *
 * <p>Not thread-safe: owned by the scheduler's carrier.
 */
final class Clients {
  static final List<SessionKey> SESSIONS =
      List.of(
          new SessionKey(Owner.DEV, new SessionId("s1")),
          new SessionKey(Owner.DEV, new SessionId("s2")));

  private static final List<OnBusy> ON_BUSY =
      List.of(OnBusy.REJECT, OnBusy.ENQUEUE, OnBusy.ENQUEUE, OnBusy.INTERRUPT);
  private static final List<Duration> TIMEOUTS =
      List.of(
          Duration.ofSeconds(29),
          Duration.ofSeconds(58),
          Duration.ofSeconds(58),
          Duration.ofSeconds(230));
  private static final Duration A_LITTLE = Duration.ofSeconds(3);
  private static final Duration LONG_AFTER = Duration.ofSeconds(70);

  private final World world;
  private final Chance chance;
  private final Fleet fleet;
  private final SimulatedPostgres postgres;
  private final Host host;
  private final List<Submitting> submissions = new ArrayList<>();
  private final List<Reading> readers = new ArrayList<>();
  private final Set<TurnId> watched = new LinkedHashSet<>();

  Clients(World world, Fleet fleet, SimulatedPostgres postgres) {
    this.world = world;
    this.chance = world.chance;
    this.fleet = fleet;
    this.postgres = postgres;
    this.host = new Host(world.scheduler, "clients");
  }

  List<Submitting> submissions() {
    return submissions;
  }

  List<Reading> readers() {
    return readers;
  }

  // --- while it storms

  void come(Duration storm) {
    for (SessionKey session : SESSIONS) {
      submitTo(session, storm);
      read(Wish.wholeSession(session, true), Duration.ZERO);
      read(Wish.wholeSession(session, false), Duration.ZERO);
      read(Wish.wholeSession(session, true), anyTime(storm));
      read(Wish.wholeSession(session, chance.coin()), storm.plusSeconds(25));
      read(Wish.whatIsActive(session, chance.coin()), anyTime(storm));
      read(Wish.afterTheUnknown(session, null, chance.coin()), anyTime(storm));
      later(anyTime(storm), () -> read(fromSomewhere(session), Duration.ZERO));
    }
  }

  private void submitTo(SessionKey session, Duration storm) {
    int turns = chance.between(3, 6);
    boolean atOnce = chance.hurry() || chance.between(1, 4) == 1;
    Duration begin = anyTime(storm);
    for (int i = 0; i < turns; i++) {
      Submitting submission =
          new Submitting(
              world,
              session,
              submissions.size(),
              chance.hurry() ? OnBusy.INTERRUPT : chance.oneOf(ON_BUSY),
              chance.oneOf(TIMEOUTS),
              fleet::anyGateway,
              turn -> watch(session, turn));
      submissions.add(submission);
      submission.startAfter(
          atOnce
              ? begin.plus(chance.between(Duration.ZERO, A_LITTLE))
              : chance.between(Duration.ZERO, storm.minusSeconds(12)));
    }
  }

  private Duration anyTime(Duration storm) {
    return chance.between(Duration.ZERO, storm.multipliedBy(4).dividedBy(5));
  }

  private void watch(SessionKey session, TurnId turn) {
    if (watched.add(turn)) {
      read(Wish.wholeTurn(session, turn), Duration.ZERO);
      read(Wish.wholeTurn(session, turn), chance.between(Duration.ZERO, LONG_AFTER));
      later(chance.between(Duration.ZERO, LONG_AFTER), () -> readFromSomewhere(session, turn));
    }
  }

  private void readFromSomewhere(SessionKey session, TurnId turn) {
    Wish wish =
        chance.coin()
            ? Wish.afterTheUnknown(session, turn, false)
            : new Wish(session, turn, anyId(session), false);
    read(wish, Duration.ZERO);
  }

  private Wish fromSomewhere(SessionKey session) {
    return new Wish(session, null, anyId(session), chance.coin());
  }

  /** Up to where the session is; perhaps no entry's. */
  private EntryId anyId(SessionKey session) {
    var view = postgres.turns().session(session);
    int most = view == null ? 0 : (int) view.epoch();
    return new EntryId(chance.between(0, most), chance.between(0, 4));
  }

  private void later(Duration delay, Runnable step) {
    world.scheduler.after(delay, host, step);
  }

  private void read(Wish wish, Duration after) {
    Reading reader = new Reading(world, "r" + readers.size(), wish, fleet::anyGateway);
    readers.add(reader);
    reader.startAfter(after);
  }

  // --- when all streams have expired

  /** From the beginning, and each turn alone. */
  void comeAgain() {
    for (SessionKey session : SESSIONS) {
      read(Wish.wholeSession(session, chance.coin()), Duration.ZERO);
    }
    postgres.turns().looks().stream()
        .filter(turn -> !turn.deleted())
        .forEach(
            turn -> read(Wish.wholeTurn(turn.view().session(), turn.view().id()), Duration.ZERO));
  }

  // --- the end

  /** Whether everybody has been answered, and has been told the end of all that is owed to them. */
  boolean content() {
    List<Look> turns = postgres.turns().looks();
    return submissions.stream().allMatch(Submitting::answered)
        && readers.stream().allMatch(reader -> hasAll(reader, turns));
  }

  private static boolean hasAll(Reading reader, List<Look> turns) {
    return turns.stream()
        .filter(reader::isOwed)
        .allMatch(turn -> reader.hasTerminalOf(turn.view().id()));
  }
}
