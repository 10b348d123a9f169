package io.streamrelay.protocol.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The slots of a cluster and the masters that have them: asked for at the start, after each doubt,
 * and every few seconds anyway; corrected at once by what a redirection says.
 *
 * <p>Threads: anybody looks and learns, without waiting; one thread of its own asks.
 */
final class ClusterSlots implements RedisNodes {
  static final int SLOTS = 16_384;

  private static final Logger log = LoggerFactory.getLogger(ClusterSlots.class);
  private static final Duration REFRESH = Duration.ofSeconds(5);
  private static final Duration SPACING = Duration.ofMillis(100);

  private final RedisPlace.Cluster place;
  private final RedisAccess access;
  private final AtomicReferenceArray<@Nullable HostAndPort> holders =
      new AtomicReferenceArray<>(SLOTS);
  private final ReentrantLock asking = new ReentrantLock();
  private final Semaphore doubts = new Semaphore(0);
  private final Thread thread;
  private volatile Runnable listener = () -> {};

  ClusterSlots(RedisPlace.Cluster place, RedisAccess access) {
    this.place = place;
    this.access = access;
    try {
      ask();
    } catch (JedisException e) {
      log.debug("{}", e.getMessage()); // asked again; whoever needs it says so
    }
    this.thread = Thread.ofVirtual().name("cluster-slots").unstarted(this::watch);
    thread.start();
  }

  @Override
  public HostAndPort holder(String key) {
    int slot = JedisClusterCRC16.getSlot(key);
    HostAndPort holder = holders.get(slot);
    if (holder == null) {
      doubt();
      throw new JedisConnectionException("No master of " + place + " is known for slot " + slot);
    }
    return holder;
  }

  /** Throws if a slot has none. */
  @Override
  public Set<HostAndPort> masters() {
    ask();
    long none = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      none += holders.get(slot) == null ? 1 : 0;
    }
    if (none > 0) {
      throw new RedisTopologyException(
          "The "
              + place
              + " has no master for "
              + none
              + " of its 16384 slots: see 'redis-cli --cluster check' and"
              + " 'redis-cli --cluster fix'.");
    }
    return known();
  }

  /** Those that have a slot, as far as is known, without asking. */
  private Set<HostAndPort> known() {
    Set<HostAndPort> known = new LinkedHashSet<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      HostAndPort holder = holders.get(slot);
      if (holder != null) {
        known.add(holder);
      }
    }
    return known;
  }

  @Override
  public boolean sharded() {
    return true;
  }

  @Override
  public void doubt() {
    doubts.release();
  }

  @Override
  public void learn(JedisRedirectionException moved) {
    HostAndPort target = moved.getTargetNode();
    if (!target.getHost().isEmpty() && !target.equals(holders.getAndSet(moved.getSlot(), target))) {
      listener.run();
    }
    doubt();
  }

  @Override
  public void onChange(Runnable listener) {
    this.listener = listener;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        doubts.tryAcquire(REFRESH.toMillis(), TimeUnit.MILLISECONDS);
        doubts.drainPermits();
        try {
          ask();
        } catch (JedisException e) {
          log.debug("{}", e.getMessage());
        } catch (RuntimeException e) {
          log.error("the slots couldn't be asked for", e); // and are asked for next time
        }
        Thread.sleep(SPACING);
      }
    } catch (InterruptedException e) {
      log.debug("stopped watching");
    }
  }

  /**
   * The first answer counts. Those asked are what is configured and what is known, in any order.
   */
  private void ask() {
    Set<HostAndPort> all = known();
    all.addAll(place.nodes());
    List<HostAndPort> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled);
    JedisException why = new JedisConnectionException("The " + place + " has no nodes");
    asking.lock();
    try {
      for (HostAndPort node : shuffled) {
        try (RawConnection connection = access.connect(node, "relay-slots", access.timeout())) {
          connection.sendCommand(Command.CLUSTER, "SLOTS");
          take(node, (List<?>) connection.getOne());
          return;
        } catch (JedisException e) {
          why = said(node, e);
        }
      }
    } finally {
      asking.unlock();
    }
    throw why;
  }

  private JedisException said(HostAndPort node, JedisException e) {
    if (RedisFaults.mentions(e, "cluster support disabled")) {
      return new RedisTopologyException(
          "Redis at "
              + node
              + " is not a node of a cluster: set spring.data.redis.host and .port instead of"
              + " spring.data.redis.cluster.nodes.");
    }
    return RedisFaults.says(e, "NOPERM") || RedisFaults.deniesEntry(e)
        ? e
        : new JedisConnectionException(
            "No node of " + place + " can be reached: " + RedisFaults.reason(e), e);
  }

  private void take(HostAndPort asked, List<?> ranges) {
    boolean changed = false;
    boolean[] served = new boolean[SLOTS];
    for (Object each : ranges) {
      List<?> range = (List<?>) each;
      HostAndPort master = node(asked, (List<?>) range.get(2));
      int last = ((Long) range.get(1)).intValue();
      for (int slot = ((Long) range.get(0)).intValue(); slot <= last; slot++) {
        served[slot] = true;
        changed |= !master.equals(holders.getAndSet(slot, master));
      }
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      changed |= !served[slot] && holders.getAndSet(slot, null) != null;
    }
    if (changed) {
      listener.run();
    }
  }

  /** A node that doesn't know its own name leaves it out: it is where it was asked. */
  private static HostAndPort node(HostAndPort asked, List<?> address) {
    String host =
        address.get(0) instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
    return new HostAndPort(
        host.isEmpty() || host.equals("?") ? asked.getHost() : host,
        ((Long) address.get(1)).intValue());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
