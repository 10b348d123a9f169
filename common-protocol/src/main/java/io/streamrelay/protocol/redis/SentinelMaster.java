package io.streamrelay.protocol.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The master as the sentinels name it. Each connection asks for it anew; besides, a thread asks
 * every half second, so that a master that was replaced is left also by those who could still talk
 * to it.
 *
 * <p>Threads: anybody asks, one at a time; one thread of its own watches.
 */
final class SentinelMaster implements RedisNodes {
  static final Duration WATCH = Duration.ofMillis(500);

  private static final Logger log = LoggerFactory.getLogger(SentinelMaster.class);
  private static final Duration FRESH = Duration.ofMillis(100);
  private static final Duration SENTINEL_TIMEOUT = Duration.ofSeconds(1);

  private final RedisPlace.Sentinels place;
  private final RedisAccess access;
  private final ReentrantLock lock = new ReentrantLock();
  private int preferred; // guarded by lock, as the next three
  private @Nullable RawConnection sentinel;
  private @Nullable JedisException failure;
  private long askedNanos = System.nanoTime() - FRESH.toNanos();
  private final Semaphore doubts = new Semaphore(0);
  private final Thread thread;
  private volatile Runnable listener = () -> {};
  private volatile @Nullable HostAndPort last;

  SentinelMaster(RedisPlace.Sentinels place, RedisAccess redis) {
    this.place = place;
    this.access = redis.ofSentinels(place, SENTINEL_TIMEOUT);
    this.thread = Thread.ofVirtual().name("sentinel-watch").unstarted(this::watch);
    thread.start();
  }

  @Override
  public HostAndPort holder(String key) {
    return ask();
  }

  @Override
  public Set<HostAndPort> masters() {
    return Set.of(ask());
  }

  @Override
  public boolean sharded() {
    return false;
  }

  /** The sentinel that was believed may be the one that is cut off: the next one is asked. */
  @Override
  public void doubt() {
    doubts.release();
  }

  @Override
  public void onChange(Runnable listener) {
    this.listener = listener;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (doubts.tryAcquire(WATCH.toMillis(), TimeUnit.MILLISECONDS)) {
          doubts.drainPermits();
          askAnother();
        }
        try {
          ask();
        } catch (JedisException e) {
          log.debug("{}", e.getMessage());
        } catch (RuntimeException e) {
          log.error("the master couldn't be asked for", e); // and is next time
        }
      }
    } catch (InterruptedException e) {
      log.debug("stopped watching");
    }
  }

  private void askAnother() {
    lock.lock();
    try {
      leave();
      preferred = (preferred + 1) % place.nodes().size();
    } finally {
      lock.unlock();
    }
  }

  private HostAndPort ask() {
    HostAndPort master;
    lock.lock();
    try {
      master = askUnlessJustAsked();
    } finally {
      lock.unlock();
    }
    HostAndPort before = last;
    last = master;
    if (before != null && !before.equals(master)) {
      log.info("Redis: master {} is now {}, no longer {}", place.master(), master, before);
      listener.run();
    }
    return master;
  }

  /** Those who wait for the same answer, or for the same timeouts, wait for one only. */
  private HostAndPort askUnlessJustAsked() {
    if (System.nanoTime() - askedNanos < FRESH.toNanos()) {
      if (failure != null) {
        throw failure;
      }
      if (last != null) {
        return last;
      }
    }
    try {
      HostAndPort master = askEach();
      failure = null;
      return master;
    } catch (JedisException e) {
      failure = e;
      throw e;
    } finally {
      askedNanos = System.nanoTime();
    }
  }

  private HostAndPort askEach() {
    JedisException why = null;
    for (int tries = 0; tries < place.nodes().size(); tries++) {
      try {
        HostAndPort master = askPreferred();
        if (master != null) {
          return master;
        }
        why =
            new RedisTopologyException(
                "The sentinels know no master named '"
                    + place.master()
                    + "': set spring.data.redis.sentinel.master to the name in their"
                    + " 'sentinel monitor'.");
      } catch (JedisException e) {
        why = why instanceof RedisTopologyException ? why : unreachable(e);
      }
      leave();
      preferred = (preferred + 1) % place.nodes().size();
    }
    throw why == null ? new JedisConnectionException("There are no sentinels") : why;
  }

  private JedisException unreachable(JedisException e) {
    if (RedisFaults.mentions(e, "unknown command")) {
      return new RedisTopologyException(
          place.nodes().get(preferred)
              + " is no sentinel but a Redis: set spring.data.redis.sentinel.nodes to the"
              + " sentinels, whose port is 26379 by default.");
    }
    return e instanceof JedisDataException
        ? e
        : new JedisConnectionException(
            "No sentinel of " + place.nodes() + " can be reached: " + RedisFaults.reason(e), e);
  }

  private @Nullable HostAndPort askPreferred() {
    RawConnection asked = sentinel;
    if (asked == null) {
      asked = access.connect(place.nodes().get(preferred), "relay-sentinel", access.timeout());
      sentinel = asked;
    }
    asked.sendCommand(Command.SENTINEL, "get-master-addr-by-name", place.master());
    return asked.getOne() instanceof List<?> address && address.size() >= 2
        ? new HostAndPort(text(address.get(0)), Integer.parseInt(text(address.get(1))))
        : null;
  }

  private static String text(@Nullable Object answer) {
    return answer instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  private void leave() {
    RawConnection left = sentinel;
    sentinel = null;
    if (left != null) {
      left.cut();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    lock.lock();
    try {
      leave();
    } finally {
      lock.unlock();
    }
  }
}
