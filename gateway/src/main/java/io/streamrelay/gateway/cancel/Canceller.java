package io.streamrelay.gateway.cancel;

import io.streamrelay.gateway.cancel.CancelResult.Idle;
import io.streamrelay.gateway.cancel.CancelResult.Known;
import io.streamrelay.gateway.cancel.CancelResult.NoSession;
import io.streamrelay.gateway.cancel.CancelResult.NoTurn;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.EndState;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.FinishResult;
import io.streamrelay.protocol.turn.MessageView;
import io.streamrelay.protocol.turn.SessionView;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels a turn: first in PostgreSQL, then in the stream, which fences the worker and saves what
 * was said, then a push that interrupts the provider; then what waited for it is queued. Only the
 * first counts; worker and sweeper make up for the rest. Repeated, it changes nothing and gives the
 * same answer. Thread-safe.
 */
public final class Canceller {
  private static final Logger LOG = LoggerFactory.getLogger(Canceller.class);
  private static final String BY_OWNER = "owner";

  private final TurnStore turns;
  private final TurnReader reader;
  private final Completion completion;
  private final Announcement announcement;
  private final ControlPush control;
  private final CancelMeters meters;

  Canceller(
      TurnStore turns,
      TurnReader reader,
      Completion completion,
      Announcement announcement,
      ControlPush control,
      CancelMeters meters) {
    this.turns = turns;
    this.reader = reader;
    this.completion = completion;
    this.announcement = announcement;
    this.control = control;
    this.meters = meters;
  }

  /** At its owner's word: what they are told. */
  public CancelAnswer cancel(SessionKey session, CancelBody asked) {
    return CancelAnswer.of(cancel(session, asked.turn(), asked.reason()));
  }

  /**
   * Cancels the session's active turn; those that wait stay, and the oldest becomes active.
   *
   * @param only cancel this turn and no other; null: whichever is active
   */
  CancelResult cancel(SessionKey session, @Nullable TurnId only, @Nullable String reason) {
    return cancel(session, only, reason, BY_OWNER);
  }

  /**
   * As its owner, at the word of somebody else.
   *
   * @param by who that is, one word
   */
  public CancelResult cancel(
      SessionKey session, @Nullable TurnId only, @Nullable String reason, String by) {
    Request request = new Request(by, System.nanoTime());
    SessionView view = reader.session(session);
    if (view == null) {
      return new NoSession();
    }
    if (only == null) {
      return view.active() == null
          ? last(session)
          : end(session, view.active().turn(), reason, request);
    }
    TurnView turn = reader.turn(session, only);
    if (turn == null) {
      return new NoTurn();
    }
    return turn.status().terminal()
        ? new Known(only, turn.status())
        : end(session, only, reason, request);
  }

  private CancelResult last(SessionKey session) {
    List<MessageView> newest = reader.messages(session, 1, null);
    return newest == null || newest.isEmpty()
        ? new Idle()
        : new Known(newest.getFirst().turnId(), newest.getFirst().status());
  }

  /** Who asked for it, and when: of {@link System#nanoTime}. */
  private record Request(String by, long nanos) {}

  private CancelResult end(
      SessionKey session, TurnId turn, @Nullable String reason, Request request) {
    FinishResult result = turns.finish(new Ending.Cancel(turn, request.by(), reason));
    return switch (result) {
      case FinishResult.Finished(var saved, var promotion) -> {
        cancelled(session, List.of(turn), request);
        announcement.announce(promotion);
        yield new Known(turn, TurnStatus.CANCELLED);
      }
      case FinishResult.AlreadyEnded(var status) -> new Known(turn, status);
      case FinishResult.NotOurs() -> throw new IllegalStateException("a cancel needs no claim");
      case FinishResult.Unknown() -> new NoTurn();
    };
  }

  /**
   * What follows once turns are cancelled in PostgreSQL. A store that doesn't answer is asked once.
   *
   * @param turns of one session, in the order of their ids
   */
  public void cancelled(SessionKey session, List<TurnId> turns) {
    cancelled(session, turns, new Request(BY_OWNER, System.nanoTime()));
  }

  private void cancelled(SessionKey session, List<TurnId> turns, Request request) {
    boolean answers = true;
    for (TurnId turn : turns) {
      answers = answers && completed(turn);
      if (answers) {
        meters.ended(System.nanoTime() - request.nanos());
      }
      tell(session, turn, request.by());
    }
  }

  /** The worker is told also where the rest fails: the mark may stand, and that is what counts. */
  private boolean completed(TurnId turn) {
    try {
      String worker =
          turns.endState(turn) instanceof EndState.Unsaved unsaved ? unsaved.worker() : null;
      try {
        completion.complete(turn);
      } finally {
        if (worker != null) {
          control.interrupt(worker, turn);
        }
      }
      return true;
    } catch (StoreUnavailableException e) {
      LOG.warn("turn {} is cancelled, its stream isn't closed yet: {}", turn, e.getMessage());
      return false;
    }
  }

  private void tell(SessionKey session, TurnId turn, String by) {
    TurnView view = view(session, turn);
    meters.cancelled(view == null ? ModelLabels.OTHER : view.model());
    if (view == null || view.endedAt() == null) {
      LOG.info("turn {} cancelled: session {}, by {}", turn, session.session(), by);
      return;
    }
    LOG.info(
        "turn {} cancelled: session {}, by {}, attempts {}, {} characters, queued {} ms, total {} ms",
        turn,
        session.session(),
        by,
        view.attempts().size(),
        view.textLength(),
        view.startedAt() == null ? null : millis(view.createdAt(), view.startedAt()),
        millis(view.createdAt(), view.endedAt()));
  }

  private @Nullable TurnView view(SessionKey session, TurnId turn) {
    try {
      return reader.turnForReader(session, turn);
    } catch (StoreUnavailableException e) {
      return null;
    }
  }

  private static long millis(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
