package io.streamrelay.protocol.turn;

import static java.util.Objects.requireNonNull;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.Timings;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.EndedTurn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A turn as it is stored. What readers are told of an ended turn is derived here and nowhere else,
 * from what doesn't change any more once it is saved: a terminal made again later is the one that
 * is in the stream.
 *
 * @param userParts what the user said
 * @param epoch e of the latest claim; null if there was none
 * @param finalEpoch f; null until the turn ended and its place in the session was reached
 * @param last the entry the saved text ends with
 * @param borders of the entries of the attempt it is in; null: not known
 * @param attempt how many attempts are counted
 * @param worker who claimed it last
 */
record StoredTurn(
    TurnView view,
    List<Part> userParts,
    @Nullable Long epoch,
    @Nullable Long finalEpoch,
    @Nullable EntryId last,
    @Nullable ChunkBorders borders,
    int attempt,
    @Nullable String worker) {

  /** Of a turn that has u. */
  ActiveTurn active() {
    return new ActiveTurn(view.session(), view.id(), requireNonNull(view.userEpoch()));
  }

  UserMessage user() {
    return new UserMessage(view.id(), view.userMessage(), userParts);
  }

  EndState endState() {
    if (!view.status().terminal()) {
      return new EndState.NotEnded();
    }
    if (finalEpoch == null) {
      return new EndState.Unrun();
    }
    return view.savedAt() == null
        ? new EndState.Unsaved(active(), finalEpoch, outcome(), worker)
        : new EndState.Saved(ended(finalEpoch));
  }

  TurnPast past() {
    return endState() instanceof EndState.Saved(var ended)
        ? new TurnPast.Settled(ended)
        : new TurnPast.Unsettled(active(), user());
  }

  private EndedTurn ended(long finalEpoch) {
    return new EndedTurn(
        active(),
        finalEpoch,
        last,
        borders,
        user(),
        new AttemptStarted(view.id(), Math.max(1, attempt), view.model(), true),
        view.answer() == null ? Snapshot.EMPTY : AnswerParts.snapshot(view.answer()),
        terminal());
  }

  private Outcome outcome() {
    return switch (view.status()) {
      case ENDED -> Outcome.ENDED;
      case FAILED -> Outcome.FAILED;
      case CANCELLED -> Outcome.CANCELLED;
      case WAITING, ACCEPTED, RUNNING -> throw new IllegalStateException("not ended: " + view.id());
    };
  }

  private Terminal terminal() {
    int length = requireNonNull(view.textLength());
    String sha256 = requireNonNull(view.textSha256());
    Boolean partialLost = view.partialLost() ? Boolean.TRUE : null;
    return switch (outcome()) {
      case ENDED -> endedWell(length, sha256);
      case FAILED -> {
        FailureCode code = requireNonNull(view.failureCode());
        yield new Failed(
            view.id(),
            code,
            requireNonNull(view.failureMessage()),
            code.retryable(),
            view.answerMessage(),
            length,
            sha256,
            partialLost);
      }
      case CANCELLED ->
          new Cancelled(
              view.id(),
              requireNonNull(view.cancelledBy()),
              view.cancelReason(),
              view.answerMessage(),
              length,
              sha256,
              partialLost);
    };
  }

  private Ended endedWell(int length, String sha256) {
    TurnView.Attempt counting = countingAttempt();
    return new Ended(
        view.id(),
        view.finishReason() == null ? FinishReason.OTHER : view.finishReason(),
        counting == null ? null : counting.usage(),
        counting == null ? null : counting.provider(),
        counting == null ? null : counting.model(),
        requireNonNull(view.answerMessage()),
        length,
        sha256,
        new Timings(
            counting == null ? null : sinceSubmit(counting.startedAt()),
            counting == null || counting.firstChunkAt() == null
                ? null
                : sinceSubmit(counting.firstChunkAt()),
            sinceSubmit(requireNonNull(view.endedAt()))),
        counting == null ? null : counting.warnings());
  }

  private TurnView.@Nullable Attempt countingAttempt() {
    for (TurnView.Attempt attempt : view.attempts()) {
      if (epoch != null && attempt.epoch() == epoch) {
        return attempt;
      }
    }
    return null;
  }

  /** Never negative, though the server's clock may have been set back. */
  private long sinceSubmit(Instant then) {
    return Math.max(0, Duration.between(view.createdAt(), then).toMillis());
  }
}
