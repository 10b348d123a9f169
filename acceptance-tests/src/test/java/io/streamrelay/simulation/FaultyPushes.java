package io.streamrelay.simulation;

import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One gateway's subscriber: pushes are lost, come late or out of order, and the connection breaks.
 */
final class FaultyPushes implements PushSubscriber {
  private final World world;
  private final Host host;
  private final SimulatedRedis redis;
  private final Pushes pushes;
  private final Map<SessionKey, Subscription> subscriptions = new LinkedHashMap<>();
  private boolean deaf;

  FaultyPushes(World world, Host host, SimulatedRedis redis, Pushes pushes) {
    this.world = world;
    this.host = host;
    this.redis = redis;
    this.pushes = pushes;
  }

  @Override
  public CompletableFuture<Void> subscribe(SessionKey session, Listener listener) {
    CompletableFuture<Void> subscribed = new CompletableFuture<>();
    Subscription subscription = new Subscription(listener);
    Subscription before = subscriptions.put(session, subscription);
    if (before != null) {
      pushes.unsubscribe(session, before);
    }
    world.scheduler.after(
        world.chance.latency(), world.network, () -> arrive(session, subscription, subscribed));
    return subscribed;
  }

  private void arrive(
      SessionKey session, Subscription subscription, CompletableFuture<Void> subscribed) {
    boolean refused = deaf || redis.isAway() || world.chance.happens(Fault.SUBSCRIBE_FAILS);
    boolean current = subscriptions.get(session) == subscription;
    if (!refused && current) {
      pushes.subscribe(session, subscription);
    }
    if (refused && current) {
      subscriptions.remove(session);
    }
    Runnable complete =
        refused
            ? () -> subscribed.completeExceptionally(new StoreUnavailableException("simulated"))
            : () -> subscribed.complete(null);
    world.scheduler.after(world.chance.latency(), host, () -> host.start("subscriber", complete));
  }

  @Override
  public void unsubscribe(SessionKey session) {
    Subscription subscription = subscriptions.remove(session);
    if (subscription != null) {
      pushes.unsubscribe(session, subscription);
    }
  }

  /** The connection breaks and comes back after a while. */
  void interrupt() {
    if (deaf) {
      return;
    }
    world.trace(() -> host.name() + " subscriber connection breaks");
    deaf = true;
    Duration away = world.chance.between(Duration.ofMillis(20), Duration.ofSeconds(3));
    world.scheduler.after(away, world.network, this::reconnected);
  }

  private void reconnected() {
    deaf = false;
    List.copyOf(subscriptions.values())
        .forEach(subscription -> subscription.deliver(subscription.listener::interrupted, false));
  }

  /** The gateway died. */
  void close() {
    subscriptions.forEach(pushes::unsubscribe);
    subscriptions.clear();
  }

  private final class Subscription implements Consumer<Push> {
    private final Listener listener;
    private final InOrder thread = new InOrder(host, "push");
    private long lastAt;

    Subscription(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void accept(Push push) {
      if (!deaf && !world.chance.happens(Fault.PUSH_LOST)) {
        deliver(() -> listener.pushed(push), world.chance.happens(Fault.PUSH_LATE));
      }
    }

    void deliver(Runnable call, boolean late) {
      long at = Math.max(world.now() + world.chance.latency().toNanos(), lastAt + 1);
      if (late) {
        at += world.chance.between(Duration.ofMillis(10), Duration.ofSeconds(4)).toNanos();
      } else {
        lastAt = at;
      }
      world.scheduler.after(Duration.ofNanos(at - world.now()), host, () -> thread.execute(call));
    }
  }
}
