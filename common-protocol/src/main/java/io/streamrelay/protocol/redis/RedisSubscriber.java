package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Channels over a few connections to each server; each channel always on the same one, except that
 * it follows its slot to another server. Thread-safe.
 */
final class RedisSubscriber implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisSubscriber.class);

  private final RedisConnections connections;
  private final int perNode;
  private final ReentrantLock lock = new ReentrantLock();

  /** By server, or all under null where there are no shards. Guarded by lock. */
  private final Map<@Nullable HostAndPort, List<SubscriberConnection>> subscribers =
      new HashMap<>();

  private boolean closed; // guarded by lock

  public RedisSubscriber(RedisConnections connections, RedisProtocolProperties properties) {
    this.connections = connections;
    this.perNode = properties.subscribers();
    if (connections.nodes().sharded()) {
      connections.onChange(this::follow);
    } else {
      subscribers.put(null, start("subscriber", () -> connections.nodes().holder("")));
    }
  }

  private List<SubscriberConnection> start(String name, Supplier<HostAndPort> node) {
    List<SubscriberConnection> started = new ArrayList<>();
    for (int number = 0; number < perNode; number++) {
      started.add(new SubscriberConnection(name + "-" + number, connections, node));
    }
    return List.copyOf(started);
  }

  /** Never blocks. A channel has one listener: a later one takes an earlier one's place. */
  CompletableFuture<Void> subscribe(Subscription subscription) {
    List<Subscription> replaced = new ArrayList<>();
    lock.lock();
    try {
      SubscriberConnection right = of(node(subscription.channel), subscription.channel);
      replaced.addAll(removed(subscription.channel, right));
      Subscription before = right.subscribe(subscription);
      if (before != null) {
        replaced.add(before);
      }
    } catch (JedisException e) {
      return CompletableFuture.failedFuture(RedisFaults.unavailable("subscribe", e));
    } catch (StoreUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
      abandon(replaced);
    }
    return subscription.ready;
  }

  void unsubscribe(String channel) {
    List<Subscription> removed;
    lock.lock();
    try {
      removed = removed(channel, null);
    } finally {
      lock.unlock();
    }
    abandon(removed);
  }

  /** Who waits may call back, so this is done without the lock. */
  private static void abandon(List<Subscription> subscriptions) {
    subscriptions.forEach(each -> each.abandon("The subscription was ended"));
  }

  private List<Subscription> removed(String channel, @Nullable SubscriberConnection butNotFrom) {
    List<Subscription> removed = new ArrayList<>();
    for (SubscriberConnection each : all()) {
      Subscription before = each == butNotFrom ? null : each.unsubscribe(channel);
      if (before != null) {
        removed.add(before);
      }
    }
    return removed;
  }

  /** Null where there are no shards. Throws as {@link RedisNodes#holder}. */
  private @Nullable HostAndPort node(String channel) {
    return connections.nodes().sharded() ? connections.nodes().holder(channel) : null;
  }

  private SubscriberConnection of(@Nullable HostAndPort node, String channel) {
    List<SubscriberConnection> some = subscribers.get(node);
    if (some == null) {
      if (closed || node == null) {
        throw new StoreUnavailableException("The subscriber is closed");
      }
      some = start("subscriber-" + node, () -> node);
      subscribers.put(node, some);
    }
    return some.get(Math.floorMod(channel.hashCode(), some.size()));
  }

  /** Takes each subscription to the server that has its slot now; connections left empty end. */
  private void follow() {
    List<Subscription> refused = new ArrayList<>();
    lock.lock();
    try {
      for (HostAndPort node : List.copyOf(subscribers.keySet())) {
        List<SubscriberConnection> left = subscribers.getOrDefault(node, List.of());
        Map<Subscription, HostAndPort> targets = new HashMap<>();
        for (SubscriberConnection each : left) {
          each.release(subscription -> isElsewhere(subscription, node, targets));
        }
        targets.forEach((subscription, target) -> take(subscription, target, refused));
        if (left.stream().allMatch(each -> each.channels() == 0)) {
          subscribers.remove(node);
          Thread.ofVirtual().start(() -> left.forEach(SubscriberConnection::close));
        }
      }
    } finally {
      lock.unlock();
    }
    abandon(refused);
  }

  private boolean isElsewhere(
      Subscription subscription, HostAndPort node, Map<Subscription, HostAndPort> targets) {
    try {
      HostAndPort target = connections.nodes().holder(subscription.channel);
      if (!target.equals(node)) {
        targets.put(subscription, target);
        return true;
      }
    } catch (JedisException e) {
      log.debug("{}", e.getMessage()); // nobody has the slot: it waits where it is
    }
    return false;
  }

  private void take(Subscription subscription, HostAndPort to, List<Subscription> refused) {
    try {
      of(to, subscription.channel).subscribe(subscription);
    } catch (StoreUnavailableException e) {
      refused.add(subscription);
    }
  }

  List<SubscriberConnection> connections() {
    lock.lock();
    try {
      return all();
    } finally {
      lock.unlock();
    }
  }

  private List<SubscriberConnection> all() {
    return subscribers.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public void close() {
    List<SubscriberConnection> last;
    lock.lock();
    try {
      closed = true;
      last = all();
    } finally {
      lock.unlock();
    }
    last.forEach(SubscriberConnection::close);
  }
}
