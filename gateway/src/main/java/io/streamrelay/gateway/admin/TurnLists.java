package io.streamrelay.gateway.admin;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.TurnOverview;
import io.streamrelay.protocol.turn.TurnOverview.Line;
import io.streamrelay.protocol.turn.TurnStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns by what an operator asks for, put together from PostgreSQL, which knows them, Redis, which
 * knows who holds their jobs, and the workers' reports. Thread-safe.
 */
final class TurnLists {
  private static final Logger LOG = LoggerFactory.getLogger(TurnLists.class);

  /** Of a lease that should be renewed every second, or reclaimed after 3.5. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** Of a deadline that the sweeper looks for every two seconds. */
  private static final Duration OVERDUE = Duration.ofSeconds(10);

  private static final int MOST_IDLE = 1_000;

  private final TurnOverview turns;
  private final HeldJobs jobs;
  private final HeardWorkers workers;

  TurnLists(TurnOverview turns, HeldJobs jobs, HeardWorkers workers) {
    this.turns = turns;
    this.jobs = jobs;
    this.workers = workers;
  }

  /** What may be asked for. */
  enum State {
    /** An attempt is under way. */
    RUNNING,
    /** No worker has it yet, or not now: in the queue, put off, or behind another turn. */
    WAITING,
    /** Nobody moves it on: its worker doesn't renew the lease, or its deadline is long past. */
    STUCK,
    /** All its attempts were lost, within {@link TurnOverview#DEAD_WITHIN}. */
    DEAD
  }

  /**
   * One turn.
   *
   * @param hold how its job is held; null if it isn't, or Redis doesn't tell now
   * @param quiet how long its worker has sent nothing of it; null where that isn't known
   */
  record Item(Line line, HeldJobs.@Nullable Hold hold, @Nullable Duration quiet) {}

  /** The newest first. */
  List<Item> list(State state, int atMost, @Nullable TurnId before) {
    List<Line> lines =
        switch (state) {
          case RUNNING -> turns.live(Set.of(TurnStatus.RUNNING), atMost, before);
          case WAITING ->
              turns.live(Set.of(TurnStatus.WAITING, TurnStatus.ACCEPTED), atMost, before);
          case STUCK -> turns.stuck(jobs.idle(IDLE, MOST_IDLE).keySet(), OVERDUE, atMost, before);
          case DEAD -> turns.dead(atMost, before);
        };
    List<Item> items = new ArrayList<>(lines.size());
    boolean asking = true;
    for (Line line : lines) {
      HeldJobs.Hold hold = null;
      if (asking && line.status() == TurnStatus.RUNNING && line.job() != null) {
        try {
          hold = jobs.hold(line.job());
        } catch (StoreUnavailableException e) {
          LOG.debug("who holds the jobs isn't told: {}", e.getMessage());
          asking = false;
        }
      }
      items.add(new Item(line, hold, quiet(line)));
    }
    return items;
  }

  private @Nullable Duration quiet(Line line) {
    return line.status() == TurnStatus.RUNNING && line.worker() != null
        ? workers.quiet(line.worker(), line.turn())
        : null;
  }
}
