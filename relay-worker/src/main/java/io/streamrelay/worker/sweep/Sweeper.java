package io.streamrelay.worker.sweep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.FinishResult;
import io.streamrelay.protocol.turn.Promotion;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.SweepStore.Closed;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.attempt.AttemptMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Compares PostgreSQL with the job and session streams and mends what a crash, a flush or a lost
 * reply left. One worker at a time sweeps; each step may be repeated by anybody.
 *
 * <p>Threads: one calls {@link #sweep}.
 */
public final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int BATCH = 500;

  /**
   * Active turns compared with the jobs: all of them, since the one that lost its job may be the
   * youngest. With a smaller bound it would wait until older ones have ended.
   */
  private static final int MOST_TURNS = 50_000;

  private static final int MOST_JOBS = 100_000;
  private static final Duration SUBMIT_TIME = Duration.ofSeconds(2);
  private static final Duration RECENTLY = Duration.ofSeconds(60);
  private static final Duration IDLE_CONSUMER = Duration.ofHours(1);

  private final SweepStore store;
  private final TurnStore turns;
  private final JobQueue jobs;
  private final SessionStream streams;
  private final Completion completion;
  private final Announcement announcement;
  private final AttemptMeters meters;
  private final StoreMeters figures;
  private final Counter sweeps;
  private boolean cutShort;

  public Sweeper(
      SweepStore store,
      TurnStore turns,
      JobQueue jobs,
      SessionStream streams,
      Completion completion,
      Announcement announcement,
      AttemptMeters meters,
      StoreMeters figures,
      MeterRegistry registry) {
    this.store = store;
    this.turns = turns;
    this.jobs = jobs;
    this.streams = streams;
    this.completion = completion;
    this.announcement = announcement;
    this.meters = meters;
    this.figures = figures;
    this.sweeps =
        Counter.builder("relay.sweeps")
            .description("Sweeps that this process made")
            .register(registry);
  }

  /**
   * One sweep, unless another worker is at it. Stores that don't answer are left for the next one,
   * and told once until a sweep is through.
   */
  public void sweep() {
    try {
      store.alone(() -> {
        store.promote(BATCH);
        endOverdue();
        completeUnsaved();
        closeRecent();
        queueLost();
        jobs.removeIdleConsumers(IDLE_CONSUMER);
        figures.gather();
        sweeps.increment();
        cutShort = false;
        return true;
      });
    } catch (StoreUnavailableException e) {
      LOG.atLevel(cutShort ? Level.DEBUG : Level.WARN).log("sweep cut short: {}", e.getMessage());
      cutShort = true;
    } finally {
      figures.forgetOld();
    }
  }

  private void endOverdue() {
    for (TurnId turn : store.overdue(BATCH)) {
      Promotion promotion = endOverdue(turn);
      completion.complete(turn);
      announcement.announce(promotion);
    }
  }

  private Promotion endOverdue(TurnId turn) {
    FinishResult result =
        turns.finish(
            new Ending.Fail(turn, FailureCode.DEADLINE_EXCEEDED, "the turn's deadline passed"));
    if (result instanceof FinishResult.Finished(var saved, var promotion)) {
      meters.ended(FailureCode.DEADLINE_EXCEEDED);
      LOG.info("turn {} deadline_exceeded: ended by the sweeper", turn);
      return promotion;
    }
    return Promotion.NONE; // somebody else was faster
  }

  private void completeUnsaved() {
    store.unsaved(BATCH).forEach(completion::complete);
  }

  /** A stream that is there and doesn't reach its turn's end lacks the terminal. */
  private void closeRecent() {
    List<Closed> recent = store.closedWithin(RECENTLY, BATCH);
    if (recent.isEmpty()) {
      return;
    }
    Set<SessionKey> sessions = recent.stream().map(Closed::session).collect(Collectors.toSet());
    Map<SessionKey, EntryId> lasts = streams.lastIds(sessions);
    for (Closed closed : recent) {
      EntryId last = lasts.get(closed.session());
      if (last != null && last.isBefore(EntryId.first(closed.finalEpoch()))) {
        completion.complete(closed.turn());
      }
    }
  }

  private void queueLost() {
    List<Job> due = store.due(SUBMIT_TIME, MOST_TURNS);
    if (due.isEmpty()) {
      return;
    }
    Set<TurnId> queued = jobs.turns(MOST_JOBS);
    for (Job job : due) {
      if (!queued.contains(job.turn())) {
        jobs.add(job);
        LOG.info("turn {} queued again: it had no job", job.turn());
      }
    }
  }
}
