package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.TurnWait;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Turns of which somebody waits for the whole answer, who holds no thread. Thread-safe. */
public final class WholeTurns {
  /** A turn's deadline, and time for whoever has to notice that it passed. */
  private static final Duration AT_MOST = Duration.ofSeconds(660);

  /** After the wait, for the last look at the turn. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Longer than any wait. */
  public static final Duration LONGEST = AT_MOST.plus(GRACE);

  private final Hub hub;
  private final TurnReader turns;
  private final Time time;
  private final Executor executor;

  /**
   * @param executor where stores are asked, and the futures' dependents run
   */
  public WholeTurns(Hub hub, TurnReader turns, Time time, Executor executor) {
    this.hub = hub;
    this.turns = turns;
    this.time = time;
    this.executor = executor;
  }

  /**
   * Waits for a turn's end.
   *
   * @param attachment of a turn
   * @return completes with the turn once it has ended; exceptionally with {@link #late} if that
   *     takes too long or the gateway drains, with 404 if its session was deleted, or with what the
   *     store throws. Cancelling it ends the wait
   */
  public CompletableFuture<TurnView> ended(Attachment attachment) {
    CompletableFuture<Boolean> end = TurnWait.forEnd(hub, attachment, AT_MOST, time, executor);
    CompletableFuture<TurnView> turn = end.thenApplyAsync(seen -> read(attachment), executor);
    turn.whenComplete((ended, fault) -> end.cancel(false));
    return turn;
  }

  private TurnView read(Attachment attachment) {
    TurnId id = Objects.requireNonNull(attachment.turn());
    TurnView turn = turns.turn(attachment.session(), id);
    if (turn == null) {
      throw Problem.notFound("the session was deleted").exception();
    }
    if (!turn.status().terminal()) {
      throw late();
    }
    return turn;
  }

  /** The gateway drains, or nobody ended the turn in time. */
  public static ProblemException late() {
    return Problem.unavailable(
            ErrorCode.DRAINING,
            "the answer isn't there yet, and can't be waited for here any longer")
        .exception();
  }

  /** What a future ended with, as it was thrown. */
  public static Throwable why(Throwable fault) {
    Throwable cause = fault.getCause();
    return fault instanceof CompletionException && cause != null ? cause : fault;
  }
}
