package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * Keeps one connection in subscriber mode and all its channels subscribed, over any number of lost
 * connections.
 *
 * <p>Threads: anybody subscribes; one thread of its own connects and reads, and calls the
 * listeners; {@link SubscriberLink} has another that writes. A map is all that both sides share
 * without the lock.
 */
final class SubscriberConnection implements AutoCloseable {
  /** Channels of one connection: several times the readers a gateway admits. */
  static final int MAX_CHANNELS = 100_000;

  private static final Logger log = LoggerFactory.getLogger(SubscriberConnection.class);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private enum Phase {
    CONNECTING,
    UP,
    DOWN,
    CLOSED
  }

  private final RedisConnections connections;
  private final Supplier<HostAndPort> node;
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition commanded = lock.newCondition();
  private final Deque<SubscriberCommand> commands = new ArrayDeque<>(); // guarded by lock
  private Phase phase = Phase.CONNECTING; // guarded by lock
  private @Nullable SubscriberLink link; // guarded by lock
  private final WarningLimit warnings = new WarningLimit();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param node the server to connect to; asked each time
   */
  SubscriberConnection(String name, RedisConnections connections, Supplier<HostAndPort> node) {
    this.connections = connections;
    this.node = node;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    thread.start();
  }

  /**
   * Never blocks. A channel has one listener: a later one takes an earlier one's place.
   *
   * @return the earlier one, which its caller is to abandon
   */
  @Nullable Subscription subscribe(Subscription wanted) throws StoreUnavailableException {
    lock.lock();
    try {
      boolean impossible = phase == Phase.DOWN && !wanted.stays();
      if (phase == Phase.CLOSED || impossible || subscriptions.size() >= MAX_CHANNELS) {
        throw new StoreUnavailableException("Redis can't be subscribed to for now");
      }
      command(new SubscriberCommand.Subscribe(wanted));
      return subscriptions.put(wanted.channel, wanted);
    } finally {
      lock.unlock();
    }
  }

  /** Returns what was subscribed, which its caller is to abandon; null: nothing. */
  @Nullable Subscription unsubscribe(String channel) {
    lock.lock();
    try {
      Subscription before = subscriptions.remove(channel);
      if (before != null) {
        command(new SubscriberCommand.Unsubscribe(channel, before.inSlot));
      }
      return before;
    } finally {
      lock.unlock();
    }
  }

  /** Not in other phases: when the connection is up, everything is subscribed anew. */
  private void command(SubscriberCommand command) {
    if (phase == Phase.UP) {
      commands.add(command);
      commanded.signal();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    try {
      while (closing.getCount() > 0) {
        enter(Phase.CONNECTING);
        try (SubscriberLink connected =
            new SubscriberLink(thread.getName(), connections, node.get(), this)) {
          up(connected);
          connected.read(backoff::reset);
        } catch (RuntimeException e) {
          connections.nodes().doubt();
          long times = closing.getCount() == 0 ? 0 : warnings.passes();
          if (times > 0) {
            log.warn("{}: lost Redis ({}×): {}", thread.getName(), times, e.getMessage());
          }
        }
        down();
        closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      log.info("{} was interrupted and ends", thread.getName());
    } finally {
      enter(Phase.CLOSED);
      fail(List.copyOf(subscriptions.values()));
      subscriptions.clear();
    }
  }

  private void enter(Phase next) {
    lock.lock();
    try {
      phase = next;
    } finally {
      lock.unlock();
    }
  }

  private void up(SubscriberLink connected) {
    lock.lock();
    try {
      if (closing.getCount() == 0) {
        throw new StoreUnavailableException("The subscriber is closed");
      }
      phase = Phase.UP;
      link = connected;
      subscriptions.values().forEach(each -> commands.add(new SubscriberCommand.Subscribe(each)));
      commanded.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was never subscribed: who asked is told, and may ask again. */
  private void down() {
    List<Subscription> failed = new ArrayList<>();
    lock.lock();
    try {
      phase = Phase.DOWN;
      link = null;
      commands.clear();
      subscriptions.values().stream().filter(each -> !each.stays()).forEach(failed::add);
      failed.forEach(each -> subscriptions.remove(each.channel, each));
    } finally {
      lock.unlock();
    }
    fail(failed);
  }

  private static void fail(List<Subscription> subscriptions) {
    subscriptions.forEach(each -> each.abandon("Redis can't be subscribed to for now"));
  }

  /** What is to be written next, waiting for it at most so long; empty if there is nothing. */
  List<SubscriberCommand> take(int atMost, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = wait.toNanos();
      while (commands.isEmpty() && left > 0) {
        left = commanded.awaitNanos(left);
      }
      List<SubscriberCommand> taken = new ArrayList<>();
      while (!commands.isEmpty() && taken.size() < atMost) {
        taken.add(commands.remove());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** A message came in. */
  void message(String channel, byte[] payload) {
    Subscription subscription = subscriptions.get(channel);
    if (subscription != null) {
      subscription.listener.message(payload);
    }
  }

  /**
   * A slot is another server's. What it says is known to all from now on, and whoever has sessions
   * in that slot is sent there.
   */
  void moved(JedisMovedDataException to) {
    connections.nodes().learn(to);
  }

  /**
   * Redis ended a subscription. If nobody wanted that, asks for it again: either it is had, or
   * Redis says who has it.
   */
  void ended(String channel, SubscriberLink by) {
    Subscription subscription = subscriptions.get(channel);
    if (subscription != null && subscription.isConfirmedBy(by)) {
      lock.lock();
      try {
        command(new SubscriberCommand.Subscribe(subscription));
      } finally {
        lock.unlock();
      }
    }
  }

  /** Lets go of those subscriptions, without a word to Redis and without ending them. */
  List<Subscription> release(Predicate<Subscription> which) {
    lock.lock();
    try {
      List<Subscription> released = subscriptions.values().stream().filter(which).toList();
      released.forEach(each -> subscriptions.remove(each.channel, each));
      return released;
    } finally {
      lock.unlock();
    }
  }

  int channels() {
    return subscriptions.size();
  }

  /** Unsubscribes all by going away. */
  @Override
  public void close() {
    closing.countDown();
    lock.lock();
    try {
      if (link != null) {
        link.cut();
      }
    } finally {
      lock.unlock();
    }
    try {
      thread.join(CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  /** For tests of its interruption. */
  Thread thread() {
    return thread;
  }
}
