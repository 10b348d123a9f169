package io.streamrelay.simulation;

import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.BrokenTurns;
import io.streamrelay.protocol.turn.RetentionStore;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL with its faults: away for a while, or the answer to a transaction is lost,
 * committed or not. Not thread-safe: owned by the scheduler's carrier.
 */
final class SimulatedPostgres {
  private final World world;
  private final BrokenTurns turns;
  private final ClaimCheck claims;
  private long awayUntil;
  private @Nullable Host sweeping;

  SimulatedPostgres(World world) {
    this.world = world;
    this.turns = new BrokenTurns(() -> world.now() / 1_000_000, world.off());
    this.claims = new ClaimCheck(world);
  }

  /** The truth itself, for the judge. */
  BrokenTurns turns() {
    return turns;
  }

  ClaimCheck claims() {
    return claims;
  }

  TurnStore store(Host host) {
    return new Calls(host).of(TurnStore.class, turns);
  }

  TurnReader reader(Host host) {
    return new Calls(host).of(TurnReader.class, turns);
  }

  SweepStore sweep(Host host) {
    return new Calls(host).of(SweepStore.class, locked(SweepStore.class, host));
  }

  RetentionStore retention(Host host) {
    return new Calls(host).of(RetentionStore.class, locked(RetentionStore.class, host));
  }

  SessionStore sessions(Host host) {
    return new Calls(host).of(SessionStore.class, turns);
  }

  void awayFor(Duration duration) {
    world.trace(() -> "POSTGRESQL AWAY for " + duration);
    awayUntil = world.now() + duration.toNanos();
    sweeping = null;
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
    void took(String method, Object @Nullable [] arguments, @Nullable Object answer) {
      claims.took(method, arguments, answer);
      if (method.equals("delete") && arguments != null) {
        world.deleted((SessionKey) arguments[0]);
      }
    }

    @Override
    boolean isBroken(Trip trip) {
      return false;
    }
  }

  /** A port with a lock: the advisory lock goes with the connection that took it. */
  private <T> T locked(Class<T> port, Host host) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) ->
                method.getName().equals("alone")
                    ? alone(host, (Supplier<?>) arguments[0])
                    : StoreCalls.invoke(turns, method, arguments)));
  }

  private @Nullable Object alone(Host host, Supplier<?> work) {
    if (sweeping != null && !sweeping.isDead()) {
      return null;
    }
    sweeping = host;
    try {
      return work.get();
    } finally {
      sweeping = sweeping == host ? null : sweeping;
    }
  }
}
