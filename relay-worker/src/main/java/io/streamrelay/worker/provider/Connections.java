package io.streamrelay.worker.provider;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one server: bounded, kept for reuse, the last used first. One that the server
 * closes while nobody uses it is noticed by the selector at once; one that is idle too long is
 * closed by it.
 *
 * <p>Thread-safe.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final Duration MAX_AGE = Duration.ofMinutes(10);
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final ProviderIo io;
  private final HttpHost host;
  private final Reach reach;
  private final Duration connect;
  private final Semaphore places;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

  /**
   * @param connect how long a place is waited for, and then a connection
   * @param most open at the same time
   */
  Connections(ProviderIo io, HttpHost host, Reach reach, Duration connect, int most) {
    this.io = io;
    this.host = host;
    this.reach = reach;
    this.connect = connect;
    this.places = new Semaphore(most, true);
  }

  /**
   * One call's until it is given back.
   *
   * @param reused whether another call had it before
   */
  record Connection(IOSession session, long openedNanos, boolean reused) {
    private boolean isUsable() {
      return session.isOpen() && System.nanoTime() - openedNanos < MAX_AGE.toNanos();
    }

    void close() {
      session.close(CloseMode.IMMEDIATE);
    }
  }

  /**
   * Waits for a place, and connects if there is no connection to reuse.
   *
   * @param fresh one that wasn't used before. A kept one has just died unnoticed, so the others may
   *     have: they are closed
   * @param untilNanos of {@link System#nanoTime()}, for all
   * @throws SocketTimeoutException when it took longer
   * @throws RefusedAddressException if the server is where it may not be
   */
  Connection take(boolean fresh, long untilNanos) throws IOException, InterruptedException {
    long nanos = Math.min(connect.toNanos(), untilNanos - System.nanoTime());
    if (!places.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      throw new SocketTimeoutException("all connections are in use");
    }
    boolean taken = false;
    try {
      Connection kept = kept(fresh);
      Connection connection =
          kept == null ? new Connection(connect(untilNanos), System.nanoTime(), false) : kept;
      taken = true;
      return connection;
    } finally {
      if (!taken) {
        places.release();
      }
    }
  }

  private IOSession connect(long untilNanos) throws IOException, InterruptedException {
    try {
      return io.connect(host, reach, connect, untilNanos);
    } catch (RefusedAddressException e) {
      long now = System.nanoTime();
      long until = quietUntil.get();
      if (until - now <= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
        LOG.error("no connection: {}", e.getMessage());
      }
      throw e;
    }
  }

  private @Nullable Connection kept(boolean fresh) {
    Connection kept = idle.pollFirst();
    while (kept != null && (fresh || !kept.isUsable())) {
      kept.close();
      kept = idle.pollFirst();
    }
    return kept;
  }

  /**
   * @param reusable whether nothing is left to be sent or read; else it is closed
   */
  void giveBack(Connection connection, boolean reusable) {
    IOSession session = connection.session();
    idle.removeIf(other -> !other.session().isOpen());
    if (reusable && connection.isUsable()) {
      session.setSocketTimeout(ProviderIo.IDLE);
      idle.addFirst(new Connection(session, connection.openedNanos(), true));
    } else {
      connection.close();
    }
    places.release();
  }
}
