package io.streamrelay.simulation;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One host's blocking calls of a store: each travels there, takes place in one step or not at all,
 * and travels back, unless the way is lost.
 */
abstract class StoreCalls {
  /** After these it matters who goes on. */
  private static final Set<String> WRITING =
      Set.of(
          "open",
          "mark",
          "close",
          "add",
          "done",
          "submit",
          "claim",
          "finish",
          "saveAnswer",
          "delete",
          "forget");

  private final World world;
  private final Host host;
  private final String store;

  StoreCalls(World world, Host host, String store) {
    this.world = world;
    this.host = host;
    this.store = store;
  }

  /** The port as this host sees it. */
  final <T> T of(Class<T> port, T twin) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) ->
                method.getDeclaringClass() == Object.class
                    ? method.invoke(twin, arguments)
                    : call(method, arguments, () -> invoke(twin, method, arguments))));
  }

  private @Nullable Object call(
      Method method, Object @Nullable [] arguments, Supplier<@Nullable Object> action) {
    String name = method.getName();
    travel();
    Trip trip = depart(name);
    if (trip.lostOnTheWay()) {
      trace(name, arguments, () -> "lost");
      throw new StoreUnavailableException("simulated: never arrived");
    }
    Object answer = action.get();
    took(name, arguments, answer);
    boolean nothing = answer instanceof Collection<?> found && found.isEmpty();
    if (WRITING.contains(name) && !nothing) {
      world.strike(host);
    }
    trace(name, arguments, () -> answer + (trip.lostOnReturn() ? " (answer lost)" : ""));
    travel();
    if (trip.lostOnReturn() || isBroken(trip)) {
      throw new StoreUnavailableException("simulated: no answer");
    }
    if (name.equals("mark")) {
      world.strikeAtMark(host); // what it was told is soon of yesterday
    }
    return answer;
  }

  /** What becomes of a call that is about to take place; throws what the store itself would. */
  abstract Trip depart(String method);

  /** A call took place. */
  abstract void took(String method, Object @Nullable [] arguments, @Nullable Object answer);

  /** Whether the connection broke since. */
  abstract boolean isBroken(Trip trip);

  /**
   * @param generation of the store's connections at the start
   */
  record Trip(boolean lostOnTheWay, boolean lostOnReturn, int generation) {}

  private void travel() {
    try {
      world.travel(host, world.chance.latency());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // a socket of a virtual thread is closed by it
      throw new StoreUnavailableException("simulated: interrupted", e);
    }
  }

  private void trace(String method, Object @Nullable [] arguments, Supplier<String> answer) {
    world.trace(
        () -> host.name() + " " + store + "." + method + shown(arguments) + " -> " + answer.get());
  }

  private static List<Object> shown(Object @Nullable [] arguments) {
    Object[] all = arguments == null ? new Object[0] : arguments;
    return Stream.of(all).map(one -> one instanceof Supplier ? "work" : one).toList();
  }

  static @Nullable Object invoke(Object twin, Method method, Object @Nullable [] arguments) {
    try {
      method.setAccessible(true);
      return method.invoke(twin, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
