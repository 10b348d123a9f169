package io.streamrelay.worker.attempt;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.ClaimResult.Claimed;
import io.streamrelay.protocol.turn.EndState;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.worker.route.Route;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that their provider generates whether anybody listens or not. Notes where a later attempt
 * can have them, and has those cancelled that none will ask for: the caller would pay for them.
 *
 * <p>What can't be known is left to generate on: that costs money, where a cancelled answer that
 * another attempt goes on with would cost its text. Thread-safe.
 */
final class LastingAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(LastingAnswers.class);

  private final TurnStore turns;
  private final Executor blocking;

  /**
   * @param blocking runs what may block
   */
  LastingAnswers(TurnStore turns, Executor blocking) {
    this.turns = turns;
    this.blocking = blocking;
  }

  /** Hears what the attempt's call comes to. */
  Route.Watcher watcher(Attempt attempt, Claimed claimed, Route route) {
    return new Route.Watcher() {
      private final ReentrantLock noting = new ReentrantLock();
      private volatile @Nullable ResumePoint latest;

      @Override
      public void asking(Route.Asked target) {
        attempt.asking(target);
        replaced(attempt.lasts(null), null);
      }

      @Override
      public void spent(Usage soFar) {
        attempt.spent(soFar);
      }

      @Override
      public void waitedFor(Duration untilFirstDelta) {
        attempt.waitedFor(untilFirstDelta);
      }

      @Override
      public void warned(Warning warning) {
        attempt.warned(warning);
      }

      @Override
      public void named(String response) {
        Route.Asked asked = attempt.asked();
        if (asked == null || response.isEmpty() || response.length() > ResumePoint.MAX_CHARS) {
          return;
        }
        ResumePoint at = new ResumePoint(asked.provider(), asked.model(), response);
        replaced(attempt.lasts(at), at);
      }

      private void replaced(@Nullable ResumePoint before, @Nullable ResumePoint now) {
        if (before != null && !before.equals(now)) {
          blocking.execute(() -> cancel(route, before));
        }
        latest = now;
        if (now != null && !now.equals(before) && route.takeover() == Takeover.RESUME) {
          blocking.execute(() -> note(now));
        }
      }

      /** One at a time, and none that another took the place of meanwhile. */
      private void note(ResumePoint at) {
        noting.lock();
        try {
          if (at.equals(latest)) {
            turns.noteResumePoint(claimed.turn().turn(), claimed.epoch(), at);
          }
        } catch (StoreUnavailableException e) {
          LOG.debug("resume point not noted: {}", e.getMessage());
        } finally {
          noting.unlock();
        }
      }
    };
  }

  /**
   * The attempt is over, and so is its connection: has its answer cancelled unless a later attempt
   * goes on with it.
   *
   * @param route of the turn's model; null: there is none any more
   */
  void release(Attempt attempt, Claimed claimed, @Nullable Route route) {
    ResumePoint left = attempt.lasts(null);
    if (left != null && route != null) {
      blocking.execute(() -> {
        if (route.takeover() != Takeover.RESUME || hasEnded(claimed)) {
          cancel(route, left);
        }
      });
    }
  }

  private boolean hasEnded(Claimed claimed) {
    try {
      EndState state = turns.endState(claimed.turn().turn());
      return state != null && !(state instanceof EndState.NotEnded);
    } catch (StoreUnavailableException e) {
      LOG.debug("turn {} not looked at: {}", claimed.turn().turn(), e.getMessage());
      return false;
    }
  }

  private static void cancel(Route route, ResumePoint at) {
    try {
      route.cancel(at);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
