package io.streamrelay.worker.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.RetentionStore;
import io.streamrelay.protocol.turn.RetentionStore.Removable;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes sessions that nobody used for long, if told to, and those that aren't to be stored once
 * their time is over, and removes what is left of deleted ones: first the entries of their session
 * streams, then their rows. Cut short at any point, it is gone on with from there, by this worker
 * or another. One worker at a time.
 *
 * <p>It never hurries: after each transaction it rests as long as that took, and a little.
 *
 * <p>Threads: one calls {@link #pass}; interrupting it ends the pass.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Within the time an advisory lock is held at most, with a store that answers slowly. */
  private static final Duration LONGEST_PASS = Duration.ofSeconds(20);

  private static final Duration LEAST_REST = Duration.ofMillis(5);

  private final RetentionStore store;
  private final SessionStream streams;
  private final Time time;
  private final RetentionProperties properties;
  private final Counter deleted;
  private final Counter removed;

  public Retention(
      RetentionStore store,
      SessionStream streams,
      Time time,
      RetentionProperties properties,
      MeterRegistry meters) {
    this.store = store;
    this.streams = streams;
    this.time = time;
    this.properties = properties;
    this.deleted =
        Counter.builder("relay.retention.sessions.deleted")
            .description("Sessions deleted because nobody used them for long, or wants them stored")
            .register(meters);
    this.removed =
        Counter.builder("relay.retention.turns.removed")
            .description("Turns of deleted sessions that were removed")
            .register(meters);
  }

  /** How often to pass. */
  public Duration every() {
    return properties.every();
  }

  /** One pass, unless another worker is at it. Stores that don't answer are left for the next. */
  public void pass() {
    try {
      store.alone(() -> {
        new Pass().run();
        return true;
      });
    } catch (StoreUnavailableException e) {
      LOG.debug("retention cut short: {}", e.getMessage());
    }
  }

  private final class Pass {
    private final long began = time.nanos();
    private int sessionsDeleted;
    private int sessionsRemoved;
    private int turnsRemoved;

    void run() {
      try {
        deleteIdle();
        delete(age -> store.deleteUnstored(age, properties.batch()), properties.unstored());
        removeDeleted();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        tell();
      }
    }

    private void deleteIdle() throws InterruptedException {
      Duration age = properties.sessions();
      if (age != null) {
        delete(longest -> store.deleteIdle(longest, properties.batch()), age);
      }
    }

    private void delete(ToIntFunction<Duration> batch, Duration age) throws InterruptedException {
      int took;
      do {
        long from = time.nanos();
        took = batch.applyAsInt(age);
        sessionsDeleted += took;
        deleted.increment(took);
        rest(from);
      } while (took == properties.batch() && goesOn());
    }

    private void removeDeleted() throws InterruptedException {
      List<Removable> due;
      do {
        due = store.removable(properties.batch());
        for (Removable session : due) {
          streams.forget(session.session(), session.epoch());
          if (!goesOn() || !removeTurns(session.session())) {
            return;
          }
          sessionsRemoved++;
        }
      } while (due.size() == properties.batch());
    }

    /** Answers whether all are removed. */
    private boolean removeTurns(SessionKey session) throws InterruptedException {
      while (goesOn()) {
        long from = time.nanos();
        int took = store.remove(session, properties.batch());
        turnsRemoved += took;
        removed.increment(took);
        rest(from);
        if (took < properties.batch()) {
          return true;
        }
      }
      return false;
    }

    private boolean goesOn() {
      return time.nanos() - began < LONGEST_PASS.toNanos();
    }

    private void rest(long from) throws InterruptedException {
      time.pause(LEAST_REST.plusNanos(time.nanos() - from));
    }

    private void tell() {
      if (sessionsDeleted + sessionsRemoved + turnsRemoved > 0) {
        LOG.info(
            "retention: {} sessions deleted; of {} deleted sessions {} turns"
                + " removed, in {} ms",
            sessionsDeleted,
            sessionsRemoved,
            turnsRemoved,
            Duration.ofNanos(time.nanos() - began).toMillis());
      }
    }
  }
}
