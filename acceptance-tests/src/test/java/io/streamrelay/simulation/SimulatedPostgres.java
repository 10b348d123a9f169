package io.streamrelay.simulation;

import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.InMemoryTurns;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL with its faults: away for a while, or the answer to a transaction is lost, committed or not. Not thread-safe: owned by the scheduler's carrier. */
final class SimulatedPostgres {
  private final World world;
  private final InMemoryTurns turns;
  private long awayUntil;

  SimulatedPostgres(World world) {
    this.world = world;
    this.turns = new InMemoryTurns(() -> world.now() / 1_000_000);
  }

  /** The truth itself, for the judge. */
  InMemoryTurns turns() {
    return turns;
  }

  /** A port of the turn store as a host sees it. */
  <T> T of(Class<T> port, Host host) {
    return new Calls(host).of(port, port.cast(turns));
  }

  void awayFor(Duration duration) {
    world.trace(() -> "POSTGRESQL AWAY for " + duration);
    awayUntil = world.now() + duration.toNanos();
  }

  private final class Calls extends StoreCalls {
    Calls(Host host) {
      super(world, host, "postgres");
    }

    @Override
    Trip depart(String method) {
      if (world.chance.faults() && world.now() < awayUntil) {
        throw new StoreUnavailableException("simulated: PostgreSQL is away");
      }
      boolean lost = world.chance.happens(Fault.POSTGRES_REPLY_LOST);
      boolean onTheWay = lost && world.chance.coin();
      return new Trip(onTheWay, lost && !onTheWay, 0);
    }

    @Override
    void took(String method, @Nullable Object answer) {}

    @Override
    boolean isBroken(Trip trip) {
      return false;
    }
  }
}
