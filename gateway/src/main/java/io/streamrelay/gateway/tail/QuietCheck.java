package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares readers that heard nothing for a while with both stores: a push may be lost, and a
 * stream may be gone. One round trip to Redis and one query for all of them; only those that differ
 * read on. Thread-safe: a timer ticks, one check at a time runs on the hub's executor.
 */
final class QuietCheck implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QuietCheck.class);
  private static final int SESSIONS_AT_ONCE = 1000;

  private final Services services;
  private final Map<SessionKey, SessionTail> sessions;
  private final long quietNanos;
  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile long lastTickNanos;
  private volatile boolean closed;
  private volatile Time.@Nullable Timer timer;

  QuietCheck(Services services, Map<SessionKey, SessionTail> sessions) {
    this.services = services;
    this.sessions = sessions;
    this.quietNanos = services.bounds().quiet().toNanos();
    this.lastTickNanos = services.time().nanos();
  }

  /** How long ago it last ticked, or was made. A store that is away doesn't keep it from that. */
  Duration sinceTick() {
    return Duration.ofNanos(services.time().nanos() - lastTickNanos);
  }

  void start() {
    if (!closed) {
      timer = services.time().schedule(services.bounds().tick(), this::tick);
    }
  }

  private void tick() {
    start();
    lastTickNanos = services.time().nanos();
    if (checking.compareAndSet(false, true)) {
      try {
        services.work().execute(this::check);
      } catch (RejectedExecutionException e) {
        checking.set(false); // the next tick tries again
      }
    }
  }

  private void check() {
    try {
      List<SessionKey> quiet = new ArrayList<>();
      sessions.forEach((session, tail) -> {
        if (tail.quiet(quietNanos)) {
          quiet.add(session);
        }
      });
      for (int from = 0; from < quiet.size(); from += SESSIONS_AT_ONCE) {
        compare(quiet.subList(from, Math.min(quiet.size(), from + SESSIONS_AT_ONCE)));
      }
    } catch (StoreUnavailableException e) {
      log.debug("Quiet readers couldn't be compared with the stores, trying again", e);
    } catch (RuntimeException e) {
      log.error("Quiet readers couldn't be compared with the stores, trying again", e);
    } finally {
      checking.set(false);
    }
  }

  private void compare(List<SessionKey> quiet) {
    Map<SessionKey, EntryId> last = services.streams().lastIds(quiet);
    Map<SessionKey, Long> epochs = services.turns().epochs(quiet);
    for (SessionKey session : quiet) {
      SessionTail tail = sessions.get(session);
      if (tail != null) {
        tail.compare(last.get(session), epochs.get(session), quietNanos);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Time.Timer pending = timer;
    if (pending != null) {
      pending.cancel();
    }
  }
}
