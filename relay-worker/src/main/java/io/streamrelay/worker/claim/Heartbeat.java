package io.streamrelay.worker.claim;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.attempt.Attempt;
import io.streamrelay.worker.attempt.LiveAttempts;
import io.streamrelay.worker.attempt.StopReason;
import io.streamrelay.worker.chunk.AttemptWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once a second: renews the leases of the jobs in hand, compares the streams that were quiet, and
 * keeps live streams from expiring. What isn't ours any more is stopped.
 *
 * <p>Threads: one runs {@link #beat}; {@link #check} may come from any.
 */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final JobQueue jobs;
  private final SessionStream streams;
  private final TurnStore turns;
  private final LiveAttempts live;
  private final Time time;
  private final WorkerProperties properties;
  private volatile long lastBeatNanos;
  private long keepAtNanos;

  public Heartbeat(
      JobQueue jobs,
      SessionStream streams,
      TurnStore turns,
      LiveAttempts live,
      Time time,
      WorkerProperties properties) {
    this.jobs = jobs;
    this.streams = streams;
    this.turns = turns;
    this.live = live;
    this.time = time;
    this.properties = properties;
    this.lastBeatNanos = time.nanos();
    this.keepAtNanos = time.nanos();
  }

  /** One tick. Stores that don't answer are left for the next one. */
  public void beat() {
    try {
      renewLeases();
      compareQuiet();
      keepStreams();
    } catch (StoreUnavailableException e) {
      LOG.debug("heartbeat unanswered: {}", e.getMessage());
    }
    lastBeatNanos = time.nanos();
  }

  /** When the last tick ended, for liveness: of {@link Time#nanos}. */
  public long lastBeatNanos() {
    return lastBeatNanos;
  }

  /**
   * Looks at once whether a turn was fenced: somebody ended it. A store that doesn't answer is left
   * to the next tick.
   */
  public void check(TurnId turn) {
    try {
      compare(live.of(turn));
    } catch (StoreUnavailableException e) {
      LOG.debug("turn {} not compared: {}", turn, e.getMessage());
    }
  }

  private void renewLeases() {
    if (live.size() == 0) {
      return;
    }
    JobQueue.NotHeld others = jobs.heartbeat(live.jobs());
    live.of(others.lost()).forEach(attempt -> attempt.stop(StopReason.LOST));
    if (!others.gone().isEmpty()) {
      goOnWithout(others.gone());
    }
  }

  /**
   * A job that is gone doesn't stop its turn while PostgreSQL says that it is ours: Redis was
   * emptied, or failed over. The sweeper queues the turn again, who claims that gives it to us.
   */
  private void goOnWithout(Set<JobId> gone) {
    Map<TurnId, JobId> held = jobs.held();
    for (Attempt attempt : live.of(gone)) {
      AttemptWriter writer = attempt.writer();
      if (writer == null) {
        continue; // it asks PostgreSQL itself, for the claim
      }
      JobId job = held.getOrDefault(attempt.turn(), attempt.job().id());
      if (turns.goOnUnder(attempt.turn(), writer.epoch(), job)) {
        attempt.goOnUnder(job);
      } else {
        attempt.stop(StopReason.LOST);
      }
    }
  }

  private void compareQuiet() {
    compare(live.all().stream().filter(this::isQuiet).toList());
  }

  private boolean isQuiet(Attempt attempt) {
    AttemptWriter writer = attempt.writer();
    return writer != null && writer.isQuietFor(properties.quiet());
  }

  private void compare(Collection<Attempt> attempts) {
    Map<Attempt, AttemptWriter> writers = new LinkedHashMap<>();
    Set<SessionKey> sessions = new LinkedHashSet<>();
    for (Attempt attempt : attempts) {
      AttemptWriter writer = attempt.writer();
      if (writer != null) {
        writers.put(attempt, writer);
        sessions.add(attempt.session());
      }
    }
    if (writers.isEmpty()) {
      return;
    }
    Map<SessionKey, EntryId> lasts = streams.lastIds(sessions);
    writers.forEach((attempt, writer) -> writer.compare(lasts.get(attempt.session())));
  }

  private void keepStreams() {
    if (live.size() == 0 || time.nanos() - keepAtNanos < 0) {
      return;
    }
    keepAtNanos = time.nanos() + properties.keepEvery().toNanos();
    streams.keep(live.all().stream().map(Attempt::session).distinct().toList());
  }
}
