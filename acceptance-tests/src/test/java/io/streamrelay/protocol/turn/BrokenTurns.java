package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.Held;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.simulation.Rule;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The turn ports with rules of PostgreSQL's taken away. */
public final class BrokenTurns extends InMemoryTurns {
  private final Set<Rule> off;
  private int claims; // guarded by this

  public BrokenTurns(LongSupplier clockMillis, Set<Rule> off) {
    super(clockMillis);
    this.off = off;
  }

  @Override
  public synchronized SubmitResult submit(Submission submission, int mostTurns) {
    SubmitResult result = super.submit(submission, mostTurns);
    if (off.contains(Rule.WAITING_USER)
        && result instanceof SubmitResult.Waiting(var session, var id)) {
      InMemoryTurn turn = known(id);
      giveUserEpoch(turn);
      return new SubmitResult.Accepted(turn.stored().active(), keepFrom(turn));
    }
    return result;
  }

  @Override
  List<InMemoryTurn> busy(SessionKey session) {
    return off.contains(Rule.ONE_ACTIVE) ? List.of() : super.busy(session);
  }

  /** {@link Rule#WAITING_USER}: what it got while it waited stays. */
  @Override
  void giveUserEpoch(InMemoryTurn turn) {
    if (turn.userEpoch == null) {
      super.giveUserEpoch(turn);
    }
  }

  @Override
  public synchronized ClaimResult claim(ClaimRequest request) {
    return super.claim(
        off.contains(Rule.CLAIM_TOKEN)
            ? new ClaimRequest(
                request.turn(),
                request.job(),
                request.worker(),
                request.token() + "/" + claims++,
                request.instead())
            : request);
  }

  @Override
  long nextEpoch(InMemoryTurn turn) {
    return off.contains(Rule.CLAIM_EPOCH) && turn.epoch != null
        ? turn.epoch
        : super.nextEpoch(turn);
  }

  @Override
  boolean isOurs(InMemoryTurn turn, long epoch) {
    return off.contains(Rule.PG_EPOCH) || super.isOurs(turn, epoch);
  }

  @Override
  public synchronized void handOver(TurnId id, long epoch) {
    if (!off.contains(Rule.HANDOVER_FREE)) {
      super.handOver(id, epoch);
    }
  }

  @Override
  public synchronized FinishResult finish(Ending ending) {
    InMemoryTurn turn = known(ending.turn());
    boolean waited = turn != null && turn.status == TurnStatus.WAITING;
    FinishResult result = super.finish(ending);
    if (off.contains(Rule.WAITING_CANCEL) && waited && turn.userEpoch == null) {
      number(turn);
    }
    return result;
  }

  @Override
  public synchronized void saveAnswer(
      TurnId id,
      Snapshot answer,
      @Nullable EntryId last,
      @Nullable ChunkBorders borders,
      boolean partialLost) {
    InMemoryTurn turn = known(id);
    if (off.contains(Rule.FIRST_SAVE_STANDS) && turn != null && turn.status.terminal()) {
      turn.savedAt = null;
    }
    super.saveAnswer(id, answer, last, borders, partialLost);
  }

  @Override
  long keepFrom(InMemoryTurn turn) {
    if (!off.contains(Rule.TRIM_SAVED)) {
      return super.keepFrom(turn);
    }
    return where(turn.session(), other -> other.place < turn.place && other.userEpoch != null)
        .stream()
        .mapToLong(other -> other.userEpoch)
        .max()
        .orElse(turn.userEpoch);
  }

  /** For {@link Rule#MARK_FIRST}: an ended turn as it would be with this text saved. */
  public synchronized @Nullable EndedTurn asIfSaved(TurnId id, Held held) {
    InMemoryTurn turn = known(id);
    if (turn == null || !turn.status.terminal() || turn.savedAt != null) {
      return null;
    }
    turn.save(held.answer(), held.last(), null, false, now());
    EndState state = turn.stored().endState();
    turn.answer = null;
    turn.last = null;
    turn.savedAt = null;
    return state instanceof EndState.Saved(var ended) ? ended : null;
  }
}
